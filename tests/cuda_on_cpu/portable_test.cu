// Compiles with nvcc and against the headers of this folder.

#include "portable_test.h"

namespace {

constexpr unsigned kThreads = 64;

template <typename Function>
__global__ void __launch_bounds__(kThreads) for_each(int count, Function function) {
  const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < static_cast<unsigned>(count)) function(i);
}

__device__ __forceinline__ double warp_sum(double value) {
#pragma unroll
  for (unsigned delta = 16; delta > 0; delta /= 2) {
    value += __shfl_down_sync(0xffffffffu, value, delta);
  }
  return value;
}

__global__ void sum_kernel(const float* __restrict__ x, int count, double* sum) {
  __shared__ double sums[kThreads / 32];
  const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  const double value = warp_sum(i < static_cast<unsigned>(count) ? double{__ldg(x + i)} : 0.0);
  if (threadIdx.x % 32 == 0) sums[threadIdx.x / 32] = value;
  __syncthreads();
  if (threadIdx.x == 0) atomicAdd(sum, sums[0] + sums[1]);
}

cudaLaunchConfig_t launch_config(int count) {
  cudaLaunchConfig_t config{};
  config.gridDim = dim3((static_cast<unsigned>(count) + kThreads - 1) / kThreads);
  config.blockDim = dim3(kThreads);
  return config;
}

}  // namespace

cudaError_t affine(const float* x, float factor, float* y, int count) {
  const cudaLaunchConfig_t config = launch_config(count);
  const auto function = [=] __device__(unsigned i) { y[i] = factor * x[i] + 1.0f; };
  return cudaLaunchKernelEx(&config, for_each<decltype(function)>, count, function);
}

cudaError_t add_sum(const float* x, int count, double* sum) {
  const cudaLaunchConfig_t config = launch_config(count);
  return cudaLaunchKernelEx(&config, sum_kernel, x, count, sum);
}
