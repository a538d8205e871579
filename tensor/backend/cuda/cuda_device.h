#pragma once

#include <cstddef>
#include <string>

#include "odin/tensor/device.h"

// The functions of CUDA that the rest of the library uses, apart from the backend's. Programs built
// without CUDA link no_cuda.cpp instead, where allocate() and copy() throw.

namespace odin::tensor {

struct Backend;
/// Convolutions by cuDNN, matrix products by cuBLAS, own kernels for the rest.
const Backend& cuda_backend();

namespace cuda {

/// The reason why CUDA is not available, in one line; empty if it is.
std::string why_unavailable();
std::string device_name();

/// nullptr if there is not enough memory.
std::byte* allocate(std::size_t bytes);
void free(std::byte* p);
/// Copies in stream order, after all work submitted before. If `to` or `from` is in the CPU's
/// memory, both may be reused on return.
void copy(void* to, Device to_device, const void* from, Device from_device, std::size_t bytes);
void synchronize();

/// Whether float32 products may round their operands to 11 bits (TF32). Faster, but ODIN's
/// gradients lose precision. Off by default.
void allow_tf32(bool allow);
bool tf32_allowed();

}  // namespace cuda
}  // namespace odin::tensor
