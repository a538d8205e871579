#!/usr/bin/env bash
# Compiles and links odin with the CUDA backend for one kind of GPU (90: H100, H200), which needs nvcc,
# cuBLAS and cuDNN but no GPU. Not a part of scripts/test.sh: it compiles program and tests once more.
set -euo pipefail
cd "$(dirname "$0")/.."
cmake --preset native-cuda -DCMAKE_CUDA_ARCHITECTURES="${1:-90}"
cmake --build --preset native-cuda --target odin_program odin_tests --parallel "$(nproc)"
build/native-cuda/odin --version
