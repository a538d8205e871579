#!/usr/bin/env bash
# Measures what `odin fit` and all scores cost on whole sets, beside the network's forward passes for as
# many images, and knn's search: the limits that docs/scores.md names. Run it on a machine that does
# nothing else.
set -euo pipefail

usage='usage: ODIN_DATA=DIR scripts/measure-scores.sh [OPTION]...
  --model FILE   the network (the default one); 342 features has densenet-bc-100-12
  --limit N      so many images of each set, to see that everything runs
  --threads N    2
  --no-step      leave out the row with a step, which takes three times as long as the others
  --repeats N    batches of 64 in each timing of the forward pass (31)
  --odin FILE    the program (build/release/odin)
DIR has cifar-10-batches-bin, cifar-100-binary and tiny-imagenet (docs/program.md, odin data).'

model=weights/densenet-bc-40-12-cifar10.safetensors limit='' threads=2 repeats=31 with_step=yes
odin=build/release/odin
while [ $# -gt 0 ]; do
  case "$1" in
    --model) model=$(realpath "$2") && shift 2 ;;
    --limit) limit=$2 && shift 2 ;;
    --no-step) with_step=no && shift ;;
    --threads) threads=$2 && shift 2 ;;
    --repeats) repeats=$2 && shift 2 ;;
    --odin) odin=$(realpath "$2") && shift 2 ;;
    --help | -h) echo "$usage" && exit ;;
    *)
      echo "$usage" >&2
      exit 2
      ;;
  esac
done
data=$(realpath "${ODIN_DATA:?names the folder of the sets}")
cd "$(dirname "$0")/.."
odin=$(realpath "$odin")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

few=()
[ -z "$limit" ] || few=(--limit "$limit")
at_most() { echo $((${limit:-$1} < $1 ? ${limit:-$1} : $1)); }
in_test=cifar10:$data/cifar-10-batches-bin
others=(--near "cifar100:$data/cifar-100-binary" --near "folder:$data/tiny-imagenet/test@crop"
  --near "folder:$data/tiny-imagenet/test@resize" --far "gaussian:$(at_most 10000)")

# Seconds that a command takes.
seconds_of() {
  local start=$EPOCHREALTIME
  "$@" >"$work/out" 2>"$work/err" || {
    cat "$work/err" >&2
    exit 1
  }
  calculate "$EPOCHREALTIME - $start"
}
calculate() { awk "BEGIN { printf \"%.6g\", $1 }"; }

# Milliseconds an image of a task of odin bench: the median.
bench() {
  "$odin" bench --model "$model" --task "$1" --batch 64 --repeats "$repeats" --threads "$threads" \
    --json | sed 's/.*"ms_per_image"[^}]*"median": *\([0-9.e+-]*\).*/\1/'
}

# report WHAT SECONDS IMAGES MILLISECONDS_BEFORE MILLISECONDS_AFTER LIMIT: beside the forward passes
# that were timed before and after it.
report() {
  local passes
  passes=$(calculate "$3 * ($4 + $5) / 2000")
  printf '%-44s %8.1f s  %8.1f s  %5.3f%s\n' "$1" "$2" "$passes" \
    "$(calculate "$2 / $passes")" "${6:+ (at most $6)}"
}

fit() { "$odin" fit --model "$model" --in "$in_test#train" --threads "$threads" --quiet "${few[@]}" "$@"; }
compare() {
  "$odin" compare --model "$1" --in "$in_test" --threads "$threads" --quiet "${few[@]}" "${@:2}"
}

echo "commit $(git rev-parse --short HEAD)$(git diff --quiet HEAD || echo ', changed')," \
  "$("$odin" --version | head -1)"
echo "$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -1), $(nproc) cores, $threads" \
  "threads, load $(cut -d' ' -f1 /proc/loadavg)"
echo "$(basename "$model")${limit:+, only $limit images of each set}"
echo
printf '%-44s %10s  %10s  %s\n' '' time 'forward' ratio

images=$(at_most 50000)
before=$(bench forward)
time=$(seconds_of fit --save "$work/fitted.safetensors")
after=$(bench forward)
report "odin fit, $images images" "$time" "$images" "$before" "$after" 1.15

images=$((5 * $(at_most 10000)))
before=$after
time=$(seconds_of compare "$work/fitted.safetensors" "${others[@]}" --method all --epsilon 0)
after=$(bench forward)
report "all methods without a step, $images images" "$time" "$images" "$before" "$after" 1.15

if [ $with_step = yes ]; then
  before=$(bench odin)
  time=$(seconds_of compare "$work/fitted.safetensors" "${others[@]}" --method all)
  after=$(bench odin)
  report "all methods and ODIN's, beside its 3 passes" "$time" "$images" "$before" "$after"
fi

# The search is what knn takes more than msp, which is timed before and after it.
images=$(at_most 10000)
seconds_of fit --bank 50000 --save "$work/large.safetensors" >"$work/large"
knn_of() { seconds_of compare "$work/large.safetensors" --out gaussian:64 --method "$1"; }
before=$(knn_of msp)
time=$(knn_of knn)
after=$(knn_of msp)
features=$("$odin" info "$work/large.safetensors" | sed -n 's/^fitted.*bank of \([0-9]*\), \([0-9]*\) features.*/\1 x \2/p')
printf "knn's search for %s pictures in a bank of %s: %.2f s (of %.1f s; 50,000 x 342: under 10)\n" \
  "$images" "$features" "$(calculate "$time - ($before + $after) / 2")" "$time"
