#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test.
#   scripts/test.sh           optimised
#   scripts/test.sh --asan    under the address and undefined-behaviour sanitizers
#   scripts/test.sh --all     both
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-}" in
  '') presets=(release) ;;
  --asan) presets=(asan) ;;
  --all) presets=(release asan) ;;
  *)
    echo "usage: scripts/test.sh [--asan|--all]" >&2
    exit 2
    ;;
esac

scripts/install-deps.sh
for preset in "${presets[@]}"; do
  cmake --preset "$preset"
  cmake --build --preset "$preset" --parallel "$(nproc)"
  ctest --preset "$preset" --output-on-failure  # one at a time: each uses every core
done
