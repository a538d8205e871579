#pragma once

#include <cuda_runtime.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "odin/tensor/backend/cuda/context.h"

// Launching kernels. Each is a function called for every element, or a reduction (reduce.h), so
// grid and block sizes are computed only in these two files.

namespace odin::tensor::cuda {

inline constexpr unsigned kThreads = 256;  ///< per block

template <class... Parameters, class... Arguments>
void launch(const char* op, unsigned blocks, unsigned threads, void (*kernel)(Parameters...),
            Arguments&&... arguments) {
  cudaLaunchConfig_t config{};
  config.gridDim = dim3(blocks);
  config.blockDim = dim3(threads);
  config.stream = Context::get().stream();
  check(cudaLaunchKernelEx(&config, kernel, std::forward<Arguments>(arguments)...), op);
}

template <class F>
__global__ void each(std::uint32_t n, F f) {
  const std::uint32_t step = gridDim.x * blockDim.x;
  for (std::uint32_t i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) f(i);
}

/// Calls f(i) for every i in [0, n), n < 2^31.
template <class F>
void for_each(const char* op, std::uint32_t n, F f) {
  if (n == 0) return;
  const auto enough = static_cast<unsigned>(Context::get().multiprocessors()) * 16;
  launch(op, std::min((n + kThreads - 1) / kThreads, enough), kThreads, each<F>, n, f);
}

}  // namespace odin::tensor::cuda
