#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test.
#   scripts/test.sh             the native program, optimised, its CUDA backend (on a stand-in that runs
#                               its kernels on the CPU), and the web page
#   scripts/test.sh --native    the same without the web page
#   scripts/test.sh --asan      the native program under the address and undefined-behaviour sanitizers
#   scripts/test.sh --all       all of these
set -euo pipefail
cd "$(dirname "$0")/.."

web=no
case "${1:-}" in
  '') presets=(release) web=yes ;;
  --native) presets=(release) ;;
  --asan) presets=(asan) ;;
  --all) presets=(release asan) web=yes ;;
  *)
    echo "usage: scripts/test.sh [--native|--asan|--all]" >&2
    exit 2
    ;;
esac

scripts/install-deps.sh
mkdir -p build
: >build/native-tests.txt
# run_tests NAME PRESET [which of them]; one at a time: each uses every core.
run_tests() {
  ctest --preset "$2" --output-on-failure "${@:3}" | tee build/ctest.txt
  echo "$1: $(grep 'tests passed' build/ctest.txt)" >>build/native-tests.txt
}
for preset in "${presets[@]}"; do
  if [ "$preset" = release ]; then
    cmake --preset "$preset" -DODIN_CUDA_ON_CPU=ON
    cmake --build --preset "$preset" --parallel "$(nproc)"
    run_tests release release --label-exclude cuda
    run_tests cuda-on-cpu release --label-regex cuda
  else
    cmake --preset "$preset"
    cmake --build --preset "$preset" --parallel "$(nproc)"
    run_tests "$preset" "$preset"
  fi
done

status=0
[ $web = no ] || scripts/test-web.sh || status=1

echo
cat build/native-tests.txt
[ $web = no ] || cat build/web-tests.txt
exit $status
