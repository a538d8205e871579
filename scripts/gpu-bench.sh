#!/usr/bin/env bash
# Times odin and PyTorch (eager, channels-last, torch.compile) on a GPU in turn on the same work, and
# prints images a second beside one another as Markdown, a table for docs/results.md.
set -euo pipefail

usage='usage: scripts/gpu-bench.sh [OPTION]...
  --rounds N      how often each row is gone through (3)
  --only PATTERN  only rows "NETWORK TASK BATCH" that match this extended regular expression
  --quick         one round with few repeats, to see that everything runs
  --device NAME   cuda; with cpu the script itself can be tried without a GPU
  --odin FILE     the program (build/native-cuda/odin)
Rows and targets: scripts/peers/gpu_rows.txt. PYTHON=... names a Python with PyTorch.'

say() { echo "gpu-bench: $*" >&2; }

rounds=3 repeats=20 only='' device=cuda odin=build/native-cuda/odin
while [ $# -gt 0 ]; do
  case "$1" in
    --rounds) rounds=$2 && shift 2 ;;
    --only) only=$2 && shift 2 ;;
    --quick) rounds=1 repeats=2 && shift ;;
    --device) device=$2 && shift 2 ;;
    --odin) odin=$(realpath -m "$2") && shift 2 ;;
    --help | -h) echo "$usage" && exit ;;
    *)
      echo "$usage" >&2
      exit 2
      ;;
  esac
done
cd "$(dirname "$0")/.."
odin=$(realpath -m "$odin")
if [ ! -x "$odin" ]; then
  say "$odin is not there: cmake --preset native-cuda && cmake --build --preset native-cuda"
  exit 1
fi

variants=()
python=''
for candidate in ${PYTHON:+"$PYTHON"} python3 /usr/bin/python3; do
  if "$candidate" -c 'import torch' 2>/dev/null; then
    python=$candidate
    variants=(eager channels-last)
    ! "$python" -c 'import torch; torch.compile' 2>/dev/null || variants+=(compile)
    break
  fi
done
[ -n "$python" ] || say 'PyTorch is not installed; its columns stay empty'

results=$(mktemp)
trap 'rm -f "$results"' EXIT
exit_status=0
measure() {
  if ! python3 scripts/peers/measure.py "$@" >>"$results"; then
    say "$1 is left out of round $2"
    exit_status=1
  fi
}

while read -r arch task batch precision _ <&3; do
  [[ $arch != '#'* && "$arch $task $batch" =~ $only ]] || continue
  row=(--arch "$arch" --task "$task" --batch "$batch" --repeats "$repeats" --device "$device")
  tf32=()
  [ "$precision" = fp32 ] || tf32=(--tf32)
  for ((round = 1; round <= rounds; ++round)); do
    say "$arch $task $batch: round $round of $rounds"
    measure odin "$round" "$odin" bench --json "${row[@]}" "${tf32[@]}"
    for variant in "${variants[@]}"; do
      measure "$variant" "$round" "$python" scripts/peers/torch_gpu_bench.py "${row[@]}" \
        --variant "$variant" --precision "$precision"
    done
  done
done 3<scripts/peers/gpu_rows.txt
python3 scripts/peers/gpu_table.py scripts/peers/gpu_rows.txt "$results"
exit "$exit_status"
