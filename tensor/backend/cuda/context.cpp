#include "odin/tensor/backend/cuda/context.h"

#include <atomic>
#include <string>

#include "odin/tensor/backend/cuda/cuda_device.h"
#include "odin/tensor/error.h"

namespace odin::tensor::cuda {
namespace {

std::atomic<bool> tf32{false};

/// Why the first GPU cannot be used; empty if it can. It needs compute capability 8.0 or later.
std::string find_fault_of_first() {
  cudaDeviceProp properties;
  if (cudaGetDeviceProperties(&properties, 0) != cudaSuccess) {
    cudaGetLastError();
    return "the GPU does not answer";
  }
  if (properties.major >= 8) return "";
  return std::string(properties.name) +
         " is too old, expected compute capability 8.0 or later, not " +
         std::to_string(properties.major) + "." + std::to_string(properties.minor);
}

/// Why CUDA cannot be used; empty if it can.
std::string find_fault() {
  int count = 0;
  const cudaError_t status = cudaGetDeviceCount(&count);
  if (status == cudaSuccess && count > 0) return find_fault_of_first();
  cudaGetLastError();  // clears the error, which is handled here
  const std::string reason = "there is no GPU here that CUDA can use";
  if (status == cudaErrorNoDevice || status == cudaSuccess) return reason;
  return reason + " (" + cudaGetErrorString(status) + ")";
}

}  // namespace

void check(cudaError_t status, const char* doing) {
  if (status != cudaSuccess) cudaGetLastError();  // else a library would report it
  require(status == cudaSuccess, "cuda: ", doing, ": ", cudaGetErrorString(status));
}
void check(cublasStatus_t status, const char* doing) {
  require(status == CUBLAS_STATUS_SUCCESS, "cuda: ", doing, ": ", cublasGetStatusString(status));
}
void check(cudnnStatus_t status, const char* doing) {
  require(status == CUDNN_STATUS_SUCCESS, "cuda: ", doing, ": ", cudnnGetErrorString(status));
}

Context::Context() {
  const char* doing = "starting";
  cudaDeviceProp properties;
  check(cudaSetDevice(0), doing);
  check(cudaGetDeviceProperties(&properties, 0), doing);
  multiprocessors_ = properties.multiProcessorCount;
  reads_pageable_memory_ = properties.pageableMemoryAccess != 0;
  check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), doing);
  check(cublasCreate(&blas_), doing);
  check(cublasSetStream(blas_, stream_), doing);
  check(cudnnCreate(&dnn_), doing);
  check(cudnnSetStream(dnn_, stream_), doing);
  void* fault = nullptr;
  check(cudaHostAlloc(&fault, sizeof(Fault), cudaHostAllocMapped), doing);
  fault_ = static_cast<Fault*>(fault);
  *fault_ = {};
}

// Never destroyed: tensors in static objects may be destroyed after it would be.
Context& Context::get() {
  static Context& instance = *new Context;
  return instance;
}

void Context::synchronize(const char* doing) {
  check(cudaStreamSynchronize(stream_), doing);
  if (fault_->size == 0) return;
  const Fault found = *fault_;
  *fault_ = {};
  fail(found.what, " ", found.value, " in row ", found.at, ", expected 0 to ", found.size - 1);
}

std::string why_unavailable() {
  static const std::string reason = find_fault();
  return reason;
}

std::string device_name() {
  cudaDeviceProp properties;
  check(cudaGetDeviceProperties(&properties, 0), "asking for the GPU's name");
  return properties.name;
}

std::byte* allocate(std::size_t bytes) {
  Context::get();
  void* p = nullptr;
  const cudaError_t status = cudaMalloc(&p, bytes);
  if (status == cudaErrorMemoryAllocation) {
    cudaGetLastError();  // clears the error; the caller reports it
    return nullptr;
  }
  check(status, "allocating memory");
  return static_cast<std::byte*>(p);
}

void free(std::byte* p) { cudaFree(p); }

void copy(void* to, Device to_device, const void* from, Device from_device, std::size_t bytes) {
  Context& context = Context::get();
  check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDefault, context.stream()), "copying");
  // The driver reads the CPU's bytes before the call returns, unless the GPU can read that memory
  // itself. Then it may read later, when the memory may already belong to another tensor.
  const bool may_be_read_later = from_device == Device::cpu && context.reads_pageable_memory();
  if (to_device == Device::cpu || may_be_read_later) context.synchronize("copying");
}

void synchronize() {
  if (why_unavailable().empty()) Context::get().synchronize("waiting");
}

void allow_tf32(bool allow) { tf32 = allow; }
bool tf32_allowed() { return tf32; }

}  // namespace odin::tensor::cuda
