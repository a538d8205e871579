#!/usr/bin/env bash
# Times odin and its peers in Chromium in turn on the same work, and prints the ratios as Markdown.
# Installs what is missing (scripts/install-web-deps.sh, the peers by npm, and, as root, PyTorch to
# write the networks for onnxruntime-web).
set -euo pipefail

usage='usage: scripts/compare-web-peers.sh [OPTION]...
  --rounds N     how often each row is gone through: odin, peer, odin, peer, ... (5)
  --threads N    of each engine (2, which the targets are for)
  --only REGEX   the rows whose "NETWORK TASK" matches
  --quick        one round with few repeats, to see that everything runs
Rows and targets: scripts/peers/web/rows.js. PYTHON=... names a Python with PyTorch and torchvision.'

rounds=5 threads=2 repeats=40 only=''
while [ $# -gt 0 ]; do
  case "$1" in
    --rounds) rounds=$2 && shift 2 ;;
    --threads) threads=$2 && shift 2 ;;
    --only) only=$2 && shift 2 ;;
    --quick) rounds=1 repeats=8 && shift ;;
    --help | -h) echo "$usage" && exit ;;
    *)
      echo "$usage" >&2
      exit 2
      ;;
  esac
done
cd "$(dirname "$0")/.."
. scripts/packages.sh
. scripts/web-env.sh
networks=$PWD/build/peers

has_torch() { "$1" -c 'import torch' 2>/dev/null; }

find_python() {
  local python
  for python in ${PYTHON:+"$PYTHON"} python3 /usr/bin/python3; do
    has_torch "$python" && echo "$python" && return
  done
  return 1
}

write_networks() {
  local network python
  for network in densenet-bc-100-12 wrn-40-2 resnet-18 mobilenet-v2; do
    [ ! -e "$networks/$network.onnx" ] || continue
    python=$(find_python) || {
      install_packages python3-torch python3-numpy python3-torchvision
      python=/usr/bin/python3
    }
    "$python" scripts/peers/export_onnx.py "$networks" "$network" >&2
  done
}

if [ ! -e web/dist/odin.js ]; then
  echo 'compare-web-peers: web/dist is not there: scripts/build-web.sh' >&2
  exit 1
fi
scripts/install-web-deps.sh
ODIN_CHROMIUM=$(find_chromium)
npm_install scripts/peers/web
write_networks
exec node scripts/peers/web/compare.js "$PWD/web/dist" "$networks" "$rounds" "$threads" "$repeats" \
  "$ODIN_CHROMIUM" "$only"
