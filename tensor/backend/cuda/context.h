#pragma once

#include <cublas_v2.h>
#include <cuda_runtime.h>
#include <cudnn.h>

#include <cstdint>
#include <mutex>

namespace odin::tensor::cuda {

// Each throws unless the call succeeded; `doing` says what it was for: "cuda: conv2d: ...".
void check(cudaError_t status, const char* doing);
void check(cublasStatus_t status, const char* doing);
void check(cudnnStatus_t status, const char* doing);

/// What a kernel found wrong with the values it was given: work on the GPU goes on meanwhile, so it
/// is thrown when the program next waits for the GPU.
struct Fault {
  std::int64_t label, row, classes;  ///< of one_hot; classes is 0 as long as nothing is wrong
};

/// The GPU, the one stream in which all work is done in order, and the libraries' handles. Made when
/// the first tensor goes there.
class Context {
 public:
  static Context& get();

  cudaStream_t stream() const { return stream_; }
  int multiprocessors() const { return multiprocessors_; }
  /// Whether kernels may be given addresses of the CPU's ordinary memory.
  bool reads_pageable_memory() const { return reads_pageable_memory_; }
  /// The handles belong to whoever holds the lock.
  std::unique_lock<std::recursive_mutex> lock() { return std::unique_lock(mutex_); }
  cublasHandle_t blas() const { return blas_; }
  cudnnHandle_t dnn() const { return dnn_; }

  /// In the CPU's memory, written by kernels.
  Fault* fault() const { return fault_; }
  /// Waits for everything asked for so far. Throws what kernels have found wrong.
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
