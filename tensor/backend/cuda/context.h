#pragma once

#include <cublas_v2.h>
#include <cuda_runtime.h>
#include <cudnn.h>

#include <cstdint>
#include <mutex>

namespace odin::tensor::cuda {

// Each throws unless the call succeeded. `doing` names the operation in the message:
// "cuda: conv2d: ...".
void check(cudaError_t status, const char* doing);
void check(cublasStatus_t status, const char* doing);
void check(cudnnStatus_t status, const char* doing);

/// An invalid value that a kernel found. Kernels run asynchronously, so the error is thrown when
/// the program next waits for the GPU.
struct Fault {
  const char* what;              ///< "one_hot: label"
  std::int64_t value, at, size;  ///< number `at` is `value`, expected 0 to size - 1; size 0: none
};

/// The GPU, its single stream, in which all work runs in order, and the handles of cuBLAS and
/// cuDNN. Created with the first tensor on the GPU.
class Context {
 public:
  static Context& get();

  cudaStream_t stream() const { return stream_; }
  int multiprocessors() const { return multiprocessors_; }
  /// Whether the GPU can read the CPU's pageable memory directly.
  bool reads_pageable_memory() const { return reads_pageable_memory_; }
  /// Hold this lock while using blas() or dnn(), which are not thread-safe.
  std::unique_lock<std::recursive_mutex> lock() { return std::unique_lock(mutex_); }
  cublasHandle_t blas() const { return blas_; }
  cudnnHandle_t dnn() const { return dnn_; }

  /// Written by kernels; in the CPU's memory.
  Fault* fault() const { return fault_; }
  /// Waits for all work submitted so far. Throws if a kernel has found an invalid value.
  void synchronize(const char* doing);

 private:
  Context();

  cudaStream_t stream_ = nullptr;
  cublasHandle_t blas_ = nullptr;
  cudnnHandle_t dnn_ = nullptr;
  Fault* fault_ = nullptr;
  int multiprocessors_ = 0;
  bool reads_pageable_memory_ = false;
  std::recursive_mutex mutex_;
};

}  // namespace odin::tensor::cuda
