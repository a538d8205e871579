#include "descriptors.h"

#include <cstdio>
#include <utility>

#include "queue.h"

using namespace cuda_on_cpu;

namespace {

thread_local std::string last_message;

cudnnStatus_t set_layout(Layout& layout, cudnnDataType_t type,
                         const std::array<std::int64_t, 4>& size,
                         const std::array<std::int64_t, 4>& stride) {
  if (type != CUDNN_DATA_FLOAT && type != CUDNN_DATA_DOUBLE) {
    return reject(CUDNN_STATUS_NOT_SUPPORTED, "a type other than float and double");
  }
  for (std::size_t i = 0; i < 4; ++i) {
    if (size[i] <= 0 || stride[i] <= 0) {
      return reject(CUDNN_STATUS_BAD_PARAM, "a size or stride that is not positive");
    }
  }
  layout = {type, size, stride};
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t set_contiguous(Layout& layout, cudnnDataType_t type, cudnnTensorFormat_t format,
                             const std::array<std::int64_t, 4>& size) {
  if (format != CUDNN_TENSOR_NCHW) {
    return reject(CUDNN_STATUS_NOT_SUPPORTED, "a format other than NCHW");
  }
  return set_layout(layout, type, size,
                    {size[1] * size[2] * size[3], size[2] * size[3], size[3], 1});
}

template <typename Struct>
cudnnStatus_t create(Struct** descriptor) {
  if (descriptor == nullptr) return reject(CUDNN_STATUS_BAD_PARAM, "a null pointer");
  *descriptor = new Struct;
  return CUDNN_STATUS_SUCCESS;
}

template <typename Struct>
cudnnStatus_t destroy(Struct* descriptor) {
  delete descriptor;
  return CUDNN_STATUS_SUCCESS;
}

}  // namespace

cudnnStatus_t cuda_on_cpu::reject(cudnnStatus_t status, std::string why) {
  last_message = std::move(why);
  return status;
}

extern "C" {

std::size_t cudnnGetVersion() { return CUDNN_VERSION; }

const char* cudnnGetErrorString(cudnnStatus_t status) {
  switch (status) {
    case CUDNN_STATUS_SUCCESS: return "CUDNN_STATUS_SUCCESS";
    case CUDNN_STATUS_NOT_INITIALIZED: return "CUDNN_STATUS_NOT_INITIALIZED";
    case CUDNN_STATUS_BAD_PARAM_MISALIGNED_POINTER:
      return "CUDNN_STATUS_BAD_PARAM_MISALIGNED_POINTER";
    case CUDNN_STATUS_BAD_PARAM: return "CUDNN_STATUS_BAD_PARAM";
    case CUDNN_STATUS_NOT_SUPPORTED: return "CUDNN_STATUS_NOT_SUPPORTED";
    case CUDNN_STATUS_NOT_SUPPORTED_LAYOUT: return "CUDNN_STATUS_NOT_SUPPORTED_LAYOUT";
    case CUDNN_STATUS_INTERNAL_ERROR: return "CUDNN_STATUS_INTERNAL_ERROR";
    case CUDNN_STATUS_ALLOC_FAILED: return "CUDNN_STATUS_ALLOC_FAILED";
    case CUDNN_STATUS_EXECUTION_FAILED: return "CUDNN_STATUS_EXECUTION_FAILED";
  }
  return "unknown cuDNN status";
}

void cudnnGetLastErrorString(char* message, std::size_t max_size) {
  std::snprintf(message, max_size, "%s", last_message.c_str());
}

cudnnStatus_t cudnnCreate(cudnnHandle_t* handle) {
  if (no_device()) return reject(CUDNN_STATUS_NOT_INITIALIZED, "no device");
  return create(handle);
}

cudnnStatus_t cudnnDestroy(cudnnHandle_t handle) { return destroy(handle); }

cudnnStatus_t cudnnSetStream(cudnnHandle_t handle, cudaStream_t stream) {
  if (handle == nullptr) return reject(CUDNN_STATUS_BAD_PARAM, "a null handle");
  handle->stream = stream;
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnCreateTensorDescriptor(cudnnTensorDescriptor_t* descriptor) {
  return create(descriptor);
}

cudnnStatus_t cudnnDestroyTensorDescriptor(cudnnTensorDescriptor_t descriptor) {
  return destroy(descriptor);
}

cudnnStatus_t cudnnSetTensor4dDescriptor(cudnnTensorDescriptor_t descriptor,
                                         cudnnTensorFormat_t format, cudnnDataType_t type, int n,
                                         int c, int h, int w) {
  return set_contiguous(descriptor->layout, type, format, {n, c, h, w});
}

cudnnStatus_t cudnnSetTensor4dDescriptorEx(cudnnTensorDescriptor_t descriptor, cudnnDataType_t type,
                                           int n, int c, int h, int w, int nStride, int cStride,
                                           int hStride, int wStride) {
  return set_layout(descriptor->layout, type, {n, c, h, w}, {nStride, cStride, hStride, wStride});
}

cudnnStatus_t cudnnCreateFilterDescriptor(cudnnFilterDescriptor_t* descriptor) {
  return create(descriptor);
}

cudnnStatus_t cudnnDestroyFilterDescriptor(cudnnFilterDescriptor_t descriptor) {
  return destroy(descriptor);
}

cudnnStatus_t cudnnSetFilter4dDescriptor(cudnnFilterDescriptor_t descriptor, cudnnDataType_t type,
                                         cudnnTensorFormat_t format, int k, int c, int h, int w) {
  return set_contiguous(descriptor->layout, type, format, {k, c, h, w});
}

cudnnStatus_t cudnnCreateConvolutionDescriptor(cudnnConvolutionDescriptor_t* descriptor) {
  return create(descriptor);
}

cudnnStatus_t cudnnDestroyConvolutionDescriptor(cudnnConvolutionDescriptor_t descriptor) {
  return destroy(descriptor);
}

cudnnStatus_t cudnnSetConvolution2dDescriptor(cudnnConvolutionDescriptor_t descriptor, int pad_h,
                                              int pad_w, int u, int v, int dilation_h,
                                              int dilation_w, cudnnConvolutionMode_t mode,
                                              cudnnDataType_t computeType) {
  if (pad_h < 0 || pad_w < 0 || u <= 0 || v <= 0 || dilation_h <= 0 || dilation_w <= 0) {
    return reject(CUDNN_STATUS_BAD_PARAM, "a padding, stride or dilation out of range");
  }
  if (mode != CUDNN_CROSS_CORRELATION) {
    return reject(CUDNN_STATUS_NOT_SUPPORTED, "a mode other than CUDNN_CROSS_CORRELATION");
  }
  descriptor->geometry = {{pad_h, pad_w}, {u, v}, {dilation_h, dilation_w}, 1};
  descriptor->compute_type = computeType;
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnSetConvolutionGroupCount(cudnnConvolutionDescriptor_t descriptor, int groups) {
  if (groups <= 0) return reject(CUDNN_STATUS_BAD_PARAM, "a number of groups out of range");
  descriptor->geometry.groups = groups;
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnSetConvolutionMathType(cudnnConvolutionDescriptor_t descriptor,
                                          cudnnMathType_t mathType) {
  descriptor->math = mathType;
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnGetConvolution2dForwardOutputDim(cudnnConvolutionDescriptor_t convDesc,
                                                    cudnnTensorDescriptor_t xDesc,
                                                    cudnnFilterDescriptor_t wDesc, int* n, int* c,
                                                    int* h, int* w) {
  const Geometry& g = convDesc->geometry;
  const auto& x = xDesc->layout.size;
  const auto& filter = wDesc->layout.size;
  *n = static_cast<int>(x[0]);
  *c = static_cast<int>(filter[0]);
  *h = static_cast<int>(g.out_size(0, x[2], filter[2]));
  *w = static_cast<int>(g.out_size(1, x[3], filter[3]));
  return CUDNN_STATUS_SUCCESS;
}

}  // extern "C"
