#pragma once

#include <string>

#include "convolution.h"

struct cudnnContext {
  cudaStream_t stream = nullptr;
};

struct cudnnTensorStruct {
  cuda_on_cpu::Layout layout;
};

struct cudnnFilterStruct {
  cuda_on_cpu::Layout layout;
};

struct cudnnConvolutionStruct {
  cuda_on_cpu::Geometry geometry;
  cudnnDataType_t compute_type = CUDNN_DATA_FLOAT;
  cudnnMathType_t math = CUDNN_DEFAULT_MATH;
};

namespace cuda_on_cpu {

/// Keeps `why` for cudnnGetLastErrorString, and returns `status`.
cudnnStatus_t reject(cudnnStatus_t status, std::string why);

}  // namespace cuda_on_cpu
