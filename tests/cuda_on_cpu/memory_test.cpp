#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>

#include "cublas_v2.h"
#include "cudnn.h"
#include "device_test.h"
#include "portable_test.h"

namespace {

// The signal that ends a process that runs `action`.
int signal_of(const std::function<void()>& action) {
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGSEGV, SIG_DFL);
    action();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

}  // namespace

TEST_SUITE("memory") {
  TEST_CASE("host code that touches device memory crashes") {
    const OnDevice<float> device(std::vector<float>{1, 2, 3});
    CHECK(signal_of([&] { device.get()[0] = 5; }) == SIGSEGV);
    CHECK(signal_of([&] {
            const volatile float* const x = device.get();
            static_cast<void>(*x);
          }) == SIGSEGV);
    CHECK(signal_of([] {}) == 0);
    CHECK(device.values() == std::vector<float>{1, 2, 3});
  }

  TEST_CASE("new memory is NaN, and freed memory is used again") {
    const void* first = nullptr;
    {
      const OnDevice<float> device(std::vector<float>(100, 1));
      first = device.get();
    }
    const OnDevice<float> device(100);
    CHECK(device.get() == first);
    for (const float value : device.values()) CHECK(std::isnan(value));
  }

  TEST_CASE("out of memory is an error that leaves the rest as it was") {
    std::size_t free = 0, total = 0;
    REQUIRE(cudaMemGetInfo(&free, &total) == cudaSuccess);
    void* memory = &free;
    CHECK(cudaMalloc(&memory, total) == cudaErrorMemoryAllocation);
    CHECK(memory == nullptr);
    CHECK(cudaGetLastError() == cudaErrorMemoryAllocation);
    std::size_t free_after = 0;
    REQUIRE(cudaMemGetInfo(&free_after, &total) == cudaSuccess);
    CHECK(free_after == free);
    CHECK(cudaMalloc(&memory, 1000) == cudaSuccess);
    REQUIRE(cudaMemGetInfo(&free_after, &total) == cudaSuccess);
    CHECK(free_after < free);
    CHECK(cudaFree(memory) == cudaSuccess);
    CHECK(cudaFree(memory) == cudaErrorInvalidValue);
    CHECK(cudaGetLastError() == cudaErrorInvalidValue);
  }

  TEST_CASE("copies of the wrong kind or size are errors") {
    const OnDevice<float> device(std::vector<float>{1, 2, 3});
    float host[4] = {};
    const auto copy = [](void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
      const cudaError_t error = cudaMemcpy(to, from, bytes, kind);
      CHECK(cudaGetLastError() == error);
      return error;
    };
    CHECK(copy(host, device.get(), 12, cudaMemcpyDefault) == cudaSuccess);
    CHECK(host[2] == 3);
    CHECK(copy(host, device.get(), 16, cudaMemcpyDeviceToHost) == cudaErrorInvalidValue);
    CHECK(copy(host, device.get(), 12, cudaMemcpyHostToDevice) == cudaErrorInvalidValue);
    CHECK(copy(device.get(), host, 12, cudaMemcpyDeviceToDevice) == cudaErrorInvalidValue);
    CHECK(copy(nullptr, host, 12, cudaMemcpyDefault) == cudaErrorInvalidValue);
  }

  TEST_CASE("what was not waited for is not there yet") {
    const OnDevice<float> device(std::vector<float>{1, 2});
    float* pinned = nullptr;
    REQUIRE(cudaMallocHost(&pinned, 2 * sizeof(float)) == cudaSuccess);
    pinned[0] = pinned[1] = 7;
    cudaStream_t stream = nullptr;
    REQUIRE(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking) == cudaSuccess);
    CHECK(cudaMemcpyAsync(pinned, device.get(), 8, cudaMemcpyDeviceToHost, stream) == cudaSuccess);
    CHECK(pinned[1] == 7);
    CHECK(cudaStreamSynchronize(stream) == cudaSuccess);
    CHECK(pinned[1] == 2);
    CHECK(cudaMemsetAsync(device.get(), 0, 8, stream) == cudaSuccess);
    CHECK(device.values() == std::vector<float>{0, 0});
    CHECK(cudaStreamDestroy(stream) == cudaSuccess);
    CHECK(cudaFreeHost(pinned) == cudaSuccess);
  }

  TEST_CASE("memory is freed although the work before it failed") {
    double* memory = nullptr;
    const float host = 0;
    REQUIRE(cudaMalloc(&memory, sizeof(double)) == cudaSuccess);
    CHECK(add_sum(&host, 1, memory) == cudaSuccess);
    CHECK(cudaFree(memory) == cudaErrorIllegalAddress);
    CHECK(cudaFree(memory) == cudaErrorInvalidValue);
    CHECK(cudaGetLastError() == cudaErrorInvalidValue);
  }

  TEST_CASE("events measure what lies between them") {
    cudaEvent_t start = nullptr, end = nullptr;
    REQUIRE(cudaEventCreate(&start) == cudaSuccess);
    REQUIRE(cudaEventCreate(&end) == cudaSuccess);
    CHECK(cudaEventRecord(start) == cudaSuccess);
    CHECK(cudaEventRecord(end) == cudaSuccess);
    CHECK(cudaEventSynchronize(end) == cudaSuccess);
    float milliseconds = -1;
    CHECK(cudaEventElapsedTime(&milliseconds, start, end) == cudaSuccess);
    CHECK(milliseconds >= 0);
    CHECK(cudaEventDestroy(start) == cudaSuccess);
    CHECK(cudaEventDestroy(end) == cudaSuccess);
  }

  TEST_CASE("calls from several threads") {
    std::vector<std::thread> threads;
    std::vector<double> sums(4);
    for (std::size_t t = 0; t < sums.size(); ++t) {
      threads.emplace_back([&sums, t] {
        const OnDevice<float> x(std::vector<float>(200, static_cast<float>(t)));
        const OnDevice<double> sum(std::vector<double>{0});
        for (int i = 0; i < 20; ++i) add_sum(x.get(), 200, sum.get());
        sums[t] = sum.values()[0];
      });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(sums == std::vector<double>{0, 4000, 8000, 12000});
  }

  TEST_CASE("no device where the environment names none") {
    for (const char* value : {"", "-1"}) {
      CAPTURE(value);
      setenv("CUDA_VISIBLE_DEVICES", value, 1);
      int count = 5;
      CHECK(cudaGetDeviceCount(&count) == cudaErrorNoDevice);
      CHECK(count == 0);
      void* memory = nullptr;
      CHECK(cudaMalloc(&memory, 8) == cudaErrorNoDevice);
      cublasHandle_t blas = nullptr;
      CHECK(cublasCreate(&blas) == CUBLAS_STATUS_NOT_INITIALIZED);
      cudnnHandle_t dnn = nullptr;
      CHECK(cudnnCreate(&dnn) == CUDNN_STATUS_NOT_INITIALIZED);
      CHECK(cudaGetLastError() == cudaErrorNoDevice);
      unsetenv("CUDA_VISIBLE_DEVICES");
    }
    int count = 0;
    CHECK(cudaGetDeviceCount(&count) == cudaSuccess);
    CHECK(count == 1);
    cudaDeviceProp properties{};
    CHECK(cudaGetDeviceProperties(&properties, 0) == cudaSuccess);
    CHECK(std::string(properties.name) == "CUDA on the CPU");
  }
}
