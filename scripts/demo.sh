#!/usr/bin/env bash
# Installs what is missing, builds the program, and lets it judge the sample pictures.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install-deps.sh
cmake --preset release
cmake --build --preset release --parallel "$(nproc)" --target odin_program

command=(build/release/odin detect native/samples/known native/samples/unknown)
echo
echo "\$ ${command[*]}"
"${command[@]}"
