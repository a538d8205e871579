#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test.
#   scripts/test.sh             the native program, optimised, and the web page
#   scripts/test.sh --native    the native program alone
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
for preset in "${presets[@]}"; do
  cmake --preset "$preset"
  cmake --build --preset "$preset" --parallel "$(nproc)"
  # One at a time: each uses every core.
  ctest --preset "$preset" --output-on-failure | tee build/ctest.txt
  echo "$preset: $(grep 'tests passed' build/ctest.txt)" >>build/native-tests.txt
done

status=0
[ $web = no ] || scripts/test-web.sh || status=1

echo
cat build/native-tests.txt
[ $web = no ] || cat build/web-tests.txt
exit $status
