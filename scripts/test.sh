#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test.
#   scripts/test.sh             the native program, optimized, its CUDA backend (on a stand-in that runs
#                               its kernels on the CPU), and the web page
#   scripts/test.sh --native    the same without the web page
#   scripts/test.sh --asan      the native program under the address and undefined-behavior sanitizers
#   scripts/test.sh --tsan      the library's suites (tensor, autograd, nn, odin) under the thread sanitizer
#   scripts/test.sh --aarch64   the native tests, compiled for aarch64 and run under qemu-user (an hour or two)
#   scripts/test.sh --builds    one static file, shared libraries, make, Debug, C++23, clang, the library alone, each
#                               compared with the release build (scripts/test-builds.sh; about an hour)
#   scripts/test.sh --faults    every command that writes, broken at every system call that writes (tests/faults)
#   scripts/test.sh --all       all of these but --aarch64 and --builds
#   scripts/test.sh --fuzz      the readers of files, each fuzzed for a minute (scripts/fuzz.sh)
set -euo pipefail
cd "$(dirname "$0")/.."

web=no
case "${1:-}" in
  '') presets=(release) web=yes ;;
  --native) presets=(release) ;;
  --asan) presets=(asan) ;;
  --tsan) presets=(tsan) ;;
  --aarch64) presets=(aarch64) ;;
  --faults) presets=(faults) ;;
  --all) presets=(release asan tsan faults) web=yes ;;
  --builds)
    scripts/install-deps.sh
    scripts/build-static.sh --sources
    exec scripts/test-builds.sh
    ;;
  --fuzz)
    scripts/install-deps.sh
    exec scripts/fuzz.sh
    ;;
  *)
    echo "usage: scripts/test.sh [--native|--asan|--tsan|--aarch64|--builds|--faults|--all|--fuzz]" >&2
    exit 2
    ;;
esac

scripts/install-deps.sh
mkdir -p build
: >build/native-tests.txt
# run_tests NAME PRESET [which of them]; one at a time, since each uses every core but the stand-in's.
run_tests() {
  ctest --preset "$2" --output-on-failure "${@:3}" | tee build/ctest.txt
  echo "$1: $(grep 'tests passed' build/ctest.txt)" >>build/native-tests.txt
}
for preset in "${presets[@]}"; do
  case "$preset" in
    release)
      scripts/install-mpi.sh || echo 'the test of several ranks is left out' >&2
      cmake --preset release -DODIN_CUDA_ON_CPU=ON
      cmake --build --preset release --parallel "$(nproc)"
      run_tests release release --label-exclude cuda
      run_tests cuda-on-cpu release --label-regex cuda --parallel "$(nproc)"
      ;;
    asan)
      cmake --preset asan
      cmake --build --preset asan --parallel "$(nproc)"
      run_tests asan asan
      ;;
    tsan)
      cmake --preset tsan
      cmake --build --preset tsan --parallel "$(nproc)" --target odin_tests
      run_tests tsan tsan --tests-regex '^(tensor|autograd|nn|odin)$'
      ;;
    aarch64)
      scripts/install-aarch64.sh
      cmake --preset aarch64
      cmake --build --preset aarch64 --parallel "$(nproc)"
      run_tests aarch64 aarch64
      ;;
    faults)
      cmake --preset release
      cmake --build --preset release --parallel "$(nproc)" --target odin_program odin_fault
      tests/faults/run.sh "$PWD/build/release/odin" "$PWD/build/release/tests/libodin_fault.so" "$PWD/build/faults"
      echo "faults: none loses or leaves anything" >>build/native-tests.txt
      ;;
  esac
done

status=0
[ $web = no ] || scripts/test-web.sh || status=1

echo
cat build/native-tests.txt
[ $web = no ] || cat build/web-tests.txt
exit $status
