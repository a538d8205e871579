#!/usr/bin/env bash
# Builds the fuzzers (tests/fuzz) and runs each of them for a minute, one on each core.
#   scripts/fuzz.sh                 all of them
#   scripts/fuzz.sh picture pickle  these
#   ODIN_FUZZ_SECONDS=3600 scripts/fuzz.sh pickle
#   scripts/fuzz.sh --fast pickle   first without the sanitizers, many times as fast, then the corpus
#                                   that this found once more with them
# Each run adds a line to build/fuzz/runs.csv; the table at the end is of all runs so far.
# The corpus, which grows from run to run, is in build/fuzz/corpus. Inputs that are neither read nor
# refused as they should be are in build/fuzz/findings; build/fuzz/fuzzers/NAME_fuzz FILE runs one again.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

presets=(fuzz)
if [ "${1:-}" = --fast ]; then
  presets=(fuzz-fast fuzz)
  shift
fi
seconds=${ODIN_FUZZ_SECONDS:-60}
[[ "$seconds" =~ ^[1-9][0-9]*$ ]] || {
  echo "fuzz: ODIN_FUZZ_SECONDS is '$seconds', expected a number of seconds" >&2
  exit 2
}

has_libfuzzer() {
  command -v clang++ >/dev/null &&
    [ -e "$(clang++ -fsanitize=fuzzer,address -### -x c++ /dev/null 2>&1 |
      grep -o '[^" ]*libclang_rt\.fuzzer[^" ]*\.a' | head -n 1)" ]
}

# The library of the sanitizers has the compiler's version in its name.
install_clang() {
  can_be_root && command -v apt-get >/dev/null || return 0
  update_lists
  command -v clang++ >/dev/null || install_packages clang
  has_libfuzzer || install_packages "libclang-rt-$(clang++ -dumpversion | cut -d. -f1)-dev"
}

has_libfuzzer || install_clang
has_libfuzzer || {
  echo 'fuzz: clang++ with libFuzzer is missing (Debian, Ubuntu: clang and libclang-rt-VERSION-dev)' >&2
  exit 1
}

for preset in "${presets[@]}"; do
  cmake --preset "$preset"
  cmake --build --preset "$preset" --parallel "$(nproc)"
done

build=$PWD/build/fuzz
names=("$@")
if [ ${#names[@]} = 0 ]; then
  for source in tests/fuzz/*_fuzz.cpp; do names+=("$(basename "$source" _fuzz.cpp)"); done
fi
for name in "${names[@]}"; do
  [ -x "$build/fuzzers/${name}_fuzz" ] || {
    echo "fuzz: there is no fuzzer '$name' (tests/fuzz)" >&2
    exit 2
  }
done

mkdir -p "$build"/{corpus,findings,logs}
# Some readers take files: in memory where that is possible.
TMPDIR=$(mktemp -d /dev/shm/odin-fuzz-XXXXXX 2>/dev/null || mktemp -d "$build/tmp-XXXXXX")
trap 'rm -rf "$TMPDIR"' EXIT
export TMPDIR
[ -e "$build/runs.csv" ] || echo time,commit,preset,fuzzer,seconds,executions,edges,findings >"$build/runs.csv"
commit=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)
export ASAN_OPTIONS=quarantine_size_mb=32:detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
"$build/fuzzers/odin_make_corpus" "$build/seeds"

# fuzz PRESET LIMIT NAME: a line with what it did; fails if there is a finding.
# shellcheck disable=SC2317  # xargs calls it
fuzz() {
  local preset=$1 limit=$2 name=$3
  local log=$build/logs/$preset-$name.txt status=0 runs coverage finding='' start=$SECONDS
  mkdir -p "$build/corpus/$name"
  "$(dirname "$build")/$preset/fuzzers/${name}_fuzz" "$build/corpus/$name" "$build/seeds/$name" \
    "$limit" -rss_limit_mb=512 -timeout=10 -print_final_stats=1 \
    -artifact_prefix="$build/findings/$name-" >"$log" 2>&1 || status=$?
  runs=$(awk '/stat::number_of_executed_units/ { print $2 }' "$log")
  coverage=$(grep -o 'cov: [0-9]*' "$log" | tail -n 1 | cut -d' ' -f2)
  if [ "$status" != 0 ]; then
    finding=" FINDING: $(grep -m 1 -E '^finding|ERROR:|runtime error' "$log") ($log)"
  fi
  echo "$(date -u +%FT%TZ),$commit,$preset,$name,$((SECONDS - start)),${runs:-0},${coverage:-0},${finding:+1}" \
    >>"$build/runs.csv"
  echo "$name ($preset): ${runs:-0} executions, ${coverage:-0} edges$finding"
  return "$status"
}
export -f fuzz
export build commit
status=0
# fuzz_all PRESET LIMIT: every fuzzer, one on each core
fuzz_all() {
  # shellcheck disable=SC2016  # the inner shell expands it
  printf '%s\0' "${names[@]}" | xargs -0 -n 1 -P "$(nproc)" bash -c 'fuzz "$@"' fuzz "$1" "$2" || status=1
}
fuzz_all "${presets[0]}" -max_total_time="$seconds"
[ ${#presets[@]} = 1 ] || fuzz_all fuzz -runs=0

echo
echo 'All runs so far (build/fuzz/runs.csv):'
awk -F, '
  function line(name, executions, edges, seconds, findings) {
    printf "%-24s %12d executions %7s edges %8d seconds %3d findings\n",
      name, executions, edges, seconds, findings
  }
  NR > 1 {
    name = $4 ($3 == "fuzz" ? "" : " (" $3 ")")
    runs[name] += $6; lasted[name] += $5; found[name] += $8
    if ($7 > most[name]) most[name] = $7
    all += $6; whole += $5; finds += $8
  }
  END {
    for (name in runs) line(name, runs[name], most[name], lasted[name], found[name])
    line("~all", all, "", whole, finds)
  }' "$build/runs.csv" | sort | sed 's/^~all/all /'
exit $status
