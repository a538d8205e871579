#!/usr/bin/env bash
# Times odin and each installed peer in turn on the same work, and prints the ratios as Markdown.
set -euo pipefail

usage='usage: scripts/compare-peers.sh [OPTION]...
  --rounds N      how often each row is gone through: odin, peer, odin, peer, ... (5)
  --threads N     of each program (2, which the targets are for)
  --rows FILE     rows and targets (scripts/peers/rows.txt; scripts/peers/rows-224.txt has the
                  networks of torchvision, for pictures of 224x224)
  --only PATTERN  only rows "NETWORK TASK BATCH" that match this extended regular expression
  --quick         one round with few repeats, to see that everything runs
  --odin FILE     the program (build/release/odin)
  --peers DIR     where node_modules and exported networks are (build/peers)
  --install DIR   like --peers, and install there what is missing: ONNX Runtime by npm, and, as
                  root, PyTorch, node and npm by apt-get. Without it nothing is installed.
PYTHON=... names a Python to look for PyTorch in.'

say() { echo "compare-peers: $*" >&2; }

wrong_usage() {
  say "$*"
  echo "$usage" >&2
  exit 2
}

rounds=5 threads=2 rows=scripts/peers/rows.txt only='' quick=no odin='' peers_folder='' install=no
while [ $# -gt 0 ]; do
  case "$1" in
    --rounds | --threads | --rows | --only | --odin | --peers | --install)
      [ $# -gt 1 ] || wrong_usage "$1 wants a value"
      ;;&
    --rounds | --threads) [[ $2 =~ ^[1-9][0-9]*$ ]] || wrong_usage "$1 wants a number, not '$2'" ;;&
    --rounds) rounds=$2 && shift 2 ;;
    --threads) threads=$2 && shift 2 ;;
    --rows) rows=$2 && shift 2 ;;
    --only) only=$2 && shift 2 ;;
    --quick) quick=yes && shift ;;
    --odin) odin=$(realpath -m "$2") && shift 2 ;;
    --peers) peers_folder=$(realpath -m "$2") && shift 2 ;;
    --install) peers_folder=$(realpath -m "$2") && install=yes && shift 2 ;;
    --help | -h) echo "$usage" && exit ;;
    *) wrong_usage "what is '$1'?" ;;
  esac
done
here=$PWD
cd "$(dirname "$0")/.."
[ -e "$rows" ] || rows=$here/$rows
[ -e "$rows" ] || wrong_usage "there is no file $rows"
odin=${odin:-$PWD/build/release/odin}
peers_folder=${peers_folder:-$PWD/build/peers}
[ "$quick" = no ] || rounds=1

# The first Python that has a module; fails where none has.
python_with() {
  local python
  for python in ${PYTHON:+"$PYTHON"} python3 /usr/bin/python3; do
    if "$python" -c "import $1" 2>/dev/null; then
      echo "$python"
      return
    fi
  done
  return 1
}

node_has_onnxruntime() {
  command -v node >/dev/null &&
    NODE_PATH=$peers_folder/node_modules node -e 'require("onnxruntime-node")' 2>/dev/null
}

install_packages() {
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get -q update >&2 || say 'apt-get update failed; trying with the lists as they are'
    DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "$@" >&2
  else
    say "only root on Debian or Ubuntu can install $*"
    return 1
  fi
}

install_peers() {
  python_with torch >/dev/null ||
    install_packages python3-torch python3-numpy libopenblas0-pthread || true
  if ! python_with onnxruntime >/dev/null && ! node_has_onnxruntime; then
    command -v npm >/dev/null || install_packages nodejs npm || return 0
    mkdir -p "$peers_folder"
    npm install --prefix "$peers_folder" --ignore-scripts --no-audit --no-fund \
      onnxruntime-node >&2 ||
      say 'npm could not install onnxruntime-node'
  fi
}

# The command of each peer that is installed.
declare -A command_of
find_peers() {
  local python
  if torch_python=$(python_with torch); then
    command_of[pytorch]="$torch_python scripts/peers/torch_bench.py"
  else
    torch_python=
    say 'PyTorch is not installed; its rows are left out'
  fi
  if python=$(python_with onnxruntime); then
    command_of[onnxruntime]="$python scripts/peers/ort_bench.py"
  elif node_has_onnxruntime; then
    export NODE_PATH=$peers_folder/node_modules
    command_of[onnxruntime]='node scripts/peers/ort_bench.js'
  else
    say 'ONNX Runtime is not installed; its rows are left out'
  fi
}

# Whether a network is there for ONNX Runtime; PyTorch writes it when it is not.
declare -A has_onnx
has_onnx_file() {
  local arch=$1 file=$peers_folder/$1.onnx
  if [ -z "${has_onnx[$arch]:-}" ]; then
    if [ ! -e "$file" ] && [ -n "$torch_python" ]; then
      say "writing $file"
      "$torch_python" scripts/peers/export_onnx.py "$peers_folder" "$arch" >&2 || true
    fi
    has_onnx[$arch]=yes
    if [ ! -e "$file" ]; then
      has_onnx[$arch]=no
      say "no $file, which PyTorch would write; ONNX Runtime's rows of it are left out"
    fi
  fi
  [ "${has_onnx[$arch]}" = yes ]
}

# Sets `peers` to those that can do a row's task.
find_peers_of() {
  local arch=$1 task=$2
  peers=()
  if [ "$task" = forward ] && [ -n "${command_of[onnxruntime]:-}" ] && has_onnx_file "$arch"; then
    peers+=(onnxruntime)
  fi
  [ -z "${command_of[pytorch]:-}" ] || peers+=(pytorch)
}

# Enough repeats for a median: a batch of one takes milliseconds, a large one up to seconds.
repeats_of() {
  case $quick-$1 in
    no-1) echo 50 ;;
    no-*) echo 5 ;;
    yes-1) echo 10 ;;
    yes-*) echo 2 ;;
  esac
}

# measure WHO ROUND COMMAND...: one line more in the results, or a line that says what failed.
measure() {
  if ! python3 scripts/peers/measure.py "$@" >>"$results"; then
    say "$1 is left out of round $2"
    exit_status=1
  fi
}

# The side of a network's pictures: torchvision's are made for 224 pixels, the others for 32.
side_of() {
  case $1 in
    resnet-* | mobilenet-*) echo 224 ;;
    *) echo 32 ;;
  esac
}

time_row() {
  local arch=$1 task=$2 batch=$3 also=$4 who round peers row
  find_peers_of "$arch" "$task"
  row=(--arch "$arch" --task "$task" --size "$(side_of "$arch")" --batch "$batch"
    --repeats "$(repeats_of "$batch")")
  for ((round = 1; round <= rounds; ++round)); do
    say "$arch $task $batch: round $round of $rounds"
    measure odin "$round" "$odin" bench --json "${row[@]}" --threads "$threads"
    for who in "${peers[@]}"; do
      # shellcheck disable=SC2086  # two words: interpreter and script
      measure "$who" "$round" env OMP_NUM_THREADS="$threads" ${command_of[$who]} "${row[@]}" \
        --threads "$threads" --onnx-folder "$peers_folder"
    done
    if [[ $also = *scaling* && $threads != 1 ]]; then
      measure odin "$round" "$odin" bench --json "${row[@]}" --threads 1
    fi
  done
}

if ! command -v python3 >/dev/null; then
  say 'python3 is needed, if only to take medians'
  exit 1
fi
if [ ! -x "$odin" ]; then
  say "$odin is not there: cmake --preset release && cmake --build --preset release"
  exit 1
fi
[ "$install" = no ] || install_peers
find_peers

results=$(mktemp)
trap 'rm -f "$results"' EXIT
exit_status=0
while read -r arch task batch _ _ also <&3; do
  if [[ $arch != '#'* && "$arch $task $batch" =~ $only ]]; then
    time_row "$arch" "$task" "$batch" "$also"
  fi
done 3<"$rows"
python3 scripts/peers/table.py "$rows" "$results" "$threads"
exit "$exit_status"
