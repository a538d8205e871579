#include <string>
#include <utility>

#include "queue.h"

namespace cuda_on_cpu {
namespace {

thread_local cudaError_t last_error = cudaSuccess;

struct Text {
  const char* name;
  const char* meaning;
};

Text text(cudaError_t error) {
  switch (error) {
    case cudaSuccess: return {"cudaSuccess", "no error"};
    case cudaErrorInvalidValue: return {"cudaErrorInvalidValue", "invalid argument"};
    case cudaErrorMemoryAllocation: return {"cudaErrorMemoryAllocation", "out of memory"};
    case cudaErrorInvalidConfiguration:
      return {"cudaErrorInvalidConfiguration", "invalid configuration argument"};
    case cudaErrorInvalidDevicePointer:
      return {"cudaErrorInvalidDevicePointer", "invalid device pointer"};
    case cudaErrorInsufficientDriver:
      return {"cudaErrorInsufficientDriver",
              "CUDA driver version is insufficient for CUDA runtime version"};
    case cudaErrorNoDevice: return {"cudaErrorNoDevice", "no CUDA-capable device is detected"};
    case cudaErrorInvalidDevice: return {"cudaErrorInvalidDevice", "invalid device ordinal"};
    case cudaErrorNoKernelImageForDevice:
      return {"cudaErrorNoKernelImageForDevice",
              "no kernel image is available for execution on the device"};
    case cudaErrorInvalidResourceHandle:
      return {"cudaErrorInvalidResourceHandle", "invalid resource handle"};
    case cudaErrorNotReady: return {"cudaErrorNotReady", "device not ready"};
    case cudaErrorIllegalAddress:
      return {"cudaErrorIllegalAddress", "an illegal memory access was encountered"};
    case cudaErrorLaunchFailure: return {"cudaErrorLaunchFailure", "unspecified launch failure"};
    case cudaErrorNotSupported: return {"cudaErrorNotSupported", "operation not supported"};
    case cudaErrorUnknown: return {"cudaErrorUnknown", "unknown error"};
  }
  return {"cudaErrorUnknown", "unrecognized error code"};
}

}  // namespace

cudaError_t report(cudaError_t error) {
  if (error != cudaSuccess) last_error = error;
  return error;
}

}  // namespace cuda_on_cpu

extern "C" {

const char* cudaGetErrorName(cudaError_t error) { return cuda_on_cpu::text(error).name; }

const char* cudaGetErrorString(cudaError_t error) {
  const char* const meaning = cuda_on_cpu::text(error).meaning;
  if (error != cudaErrorLaunchFailure && error != cudaErrorIllegalAddress) return meaning;
  thread_local std::string with_details;
  with_details = std::string(meaning) + " (" + cuda_on_cpu::failure_message() + ")";
  return with_details.c_str();
}

cudaError_t cudaGetLastError() { return std::exchange(cuda_on_cpu::last_error, cudaSuccess); }

cudaError_t cudaPeekAtLastError() { return cuda_on_cpu::last_error; }

}  // extern "C"
