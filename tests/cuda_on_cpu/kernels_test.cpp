#include <string>

#include "device_test.h"
#include "portable_test.h"

namespace {

cudaLaunchConfig_t config(dim3 grid, dim3 block) {
  cudaLaunchConfig_t config{};
  config.gridDim = grid;
  config.blockDim = block;
  return config;
}

bool contains(const char* text, const char* part) {
  return std::string(text).find(part) != std::string::npos;
}

__global__ void count_threads(int* counts) {
  const unsigned x = blockIdx.x * blockDim.x + threadIdx.x;
  const unsigned y = blockIdx.y * blockDim.y + threadIdx.y;
  const unsigned z = blockIdx.z * blockDim.z + threadIdx.z;
  const unsigned width = gridDim.x * blockDim.x;
  const unsigned height = gridDim.y * blockDim.y;
  counts[x + width * (y + height * z)] += 1;
}

template <bool kWithBarrier>
__global__ void reverse_block(int* values) {
  __shared__ int shared[256];
  shared[threadIdx.x] = values[threadIdx.x];
  if (kWithBarrier) __syncthreads();
  values[threadIdx.x] = shared[blockDim.x - 1 - threadIdx.x];
}

// out[lane] of each kind of shuffle, one row of 32 after the other
__global__ void shuffles(int* out, double* halves) {
  const int lane = static_cast<int>(threadIdx.x);
  out[lane] = __shfl_down_sync(0xffffffffu, lane, 1u);
  out[lane + 32] = __shfl_xor_sync(0xffffffffu, lane, 5);
  out[lane + 64] = __shfl_up_sync(0xffffffffu, lane, 2u);
  out[lane + 96] = __shfl_sync(0xffffffffu, lane, 7);
  out[lane + 128] = __shfl_down_sync(0xffffffffu, lane, 3u, 8);
  out[lane + 160] = static_cast<int>(__ballot_sync(0xffffffffu, lane % 3 == 0));
  halves[lane] = __shfl_xor_sync(0xffffffffu, lane + 0.5, 16);
}

__global__ void barrier_for_some() {
  if (threadIdx.x < 40) __syncthreads();
}

__global__ void barrier_without_first() {
  if (threadIdx.x != 0) __syncthreads();
}

__global__ void two_barriers() {
  if (threadIdx.x < 32) {
    __syncthreads();
  } else {
    __syncthreads();
  }
}

__global__ void shuffle_in_half_a_warp(float* out) {
  if (threadIdx.x < 16) out[threadIdx.x] = __shfl_down_sync(0xffffffffu, 1.0f, 8u);
  __syncthreads();
}

__global__ void write_behind(float* out, int count) { out[count] = 1.0f; }

template <typename... Types, typename... Values>
void check_failure(unsigned threads, const char* part, void (*kernel)(Types...), Values... values) {
  const cudaLaunchConfig_t launch = config(1, threads);
  CHECK(cudaLaunchKernelEx(&launch, kernel, values...) == cudaSuccess);
  const cudaError_t error = cudaDeviceSynchronize();
  CHECK(error != cudaSuccess);
  const std::string message = cudaGetErrorString(error);
  CAPTURE(message);
  CHECK(contains(message.c_str(), part));
  CHECK(cudaGetLastError() == error);
  CHECK(cudaGetLastError() == cudaSuccess);
  CHECK(cudaDeviceSynchronize() == cudaSuccess);
}

}  // namespace

TEST_SUITE("kernels") {
  TEST_CASE("every thread of a grid of three dimensions runs once") {
    const OnDevice<int> counts(std::vector<int>(2 * 3 * 4 * 5 * 2 * 3, 0));
    const cudaLaunchConfig_t launch = config({2, 3, 4}, {5, 2, 3});
    CHECK(cudaLaunchKernelEx(&launch, count_threads, counts.get()) == cudaSuccess);
    CHECK(counts.values() == std::vector<int>(720, 1));
  }

  TEST_CASE("a barrier separates writing from reading, and its lack shows") {
    std::vector<int> values(256), reversed(256);
    for (int i = 0; i < 256; ++i) {
      values[static_cast<std::size_t>(i)] = i;
      reversed[static_cast<std::size_t>(255 - i)] = i;
    }
    for (const bool with_barrier : {true, false}) {
      CAPTURE(with_barrier);
      const OnDevice<int> device(values);
      const cudaLaunchConfig_t launch = config(1, 256);
      void (*const kernel)(int*) = with_barrier ? reverse_block<true> : reverse_block<false>;
      CHECK(cudaLaunchKernelEx(&launch, kernel, device.get()) == cudaSuccess);
      CHECK((device.values() == reversed) == with_barrier);
    }
  }

  TEST_CASE("shuffles") {
    const OnDevice<int> out(6 * 32);
    const OnDevice<double> halves(32);
    const cudaLaunchConfig_t launch = config(1, 32);
    CHECK(cudaLaunchKernelEx(&launch, shuffles, out.get(), halves.get()) == cudaSuccess);
    const std::vector<int> got = out.values();
    for (int lane = 0; lane < 32; ++lane) {
      CAPTURE(lane);
      const auto at = [&](int row) { return got[static_cast<std::size_t>(32 * row + lane)]; };
      CHECK(at(0) == (lane < 31 ? lane + 1 : 31));
      CHECK(at(1) == (lane ^ 5));
      CHECK(at(2) == (lane >= 2 ? lane - 2 : lane));
      CHECK(at(3) == 7);
      CHECK(at(4) == (lane % 8 < 5 ? lane + 3 : lane));
      CHECK(at(5) == 0x49249249);
      CHECK(halves.values()[static_cast<std::size_t>(lane)] == (lane ^ 16) + 0.5);
    }
  }

  TEST_CASE("a source that nvcc compiles too") {
    const std::vector<float> x = small_numbers<float>(1000, 1);
    const OnDevice<float> device(x), y(1000);
    const OnDevice<double> sum(std::vector<double>{10});
    CHECK(affine(device.get(), 2.0f, y.get(), 1000) == cudaSuccess);
    CHECK(add_sum(device.get(), 1000, sum.get()) == cudaSuccess);
    double expected = 10;
    for (std::size_t i = 0; i < x.size(); ++i) {
      CHECK(y.values()[i] == 2.0f * x[i] + 1.0f);
      expected += static_cast<double>(x[i]);
    }
    CHECK(sum.values()[0] == expected);
  }

  TEST_CASE("threads that wait for others in vain are an error, not a hang") {
    check_failure(64, "thread (0,0,0) waits at the block's barrier", barrier_for_some);
    check_failure(64, "thread (40,0,0) has ended", barrier_for_some);
    check_failure(64, "thread (1,0,0) waits at the block's barrier", barrier_without_first);
    check_failure(64, "thread (32,0,0) waits at the block's barrier", two_barriers);
    const OnDevice<float> out(32);
    check_failure(32, "thread (0,0,0) waits for its warp", shuffle_in_half_a_warp, out.get());
  }

  TEST_CASE("a kernel's writes behind a block and host pointers are errors") {
    const OnDevice<float> out(5);
    check_failure(1, "0 bytes behind the end of a block of 20 bytes", write_behind, out.get(), 5);
    check_failure(1, "8 bytes behind the end of a block of 20 bytes", write_behind, out.get(), 7);
    float here = 0;
    check_failure(1, "a pointer to ordinary host memory", write_behind, &here, 0);
    CHECK(here == 0);
  }

  TEST_CASE("launches that no device takes") {
    const OnDevice<int> counts(1);
    for (const auto& [grid, block] : std::vector<std::pair<dim3, dim3>>{
             {0, 32}, {1, 0}, {1, 1025}, {1, {32, 33}}, {1, {1, 1, 65}}, {{1, 65536}, 1}}) {
      const cudaLaunchConfig_t launch = config(grid, block);
      CHECK(cudaLaunchKernelEx(&launch, count_threads, counts.get()) ==
            cudaErrorInvalidConfiguration);
      CHECK(cudaGetLastError() == cudaErrorInvalidConfiguration);
    }
  }
}
