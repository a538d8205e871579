#pragma once

#include <cstddef>
#include <string>

#include "odin/tensor/device.h"

// What the rest of the library asks of CUDA, besides its backend. Programs built without CUDA link
// no_cuda.cpp instead, which has the same functions and says so.

namespace odin::tensor {

class Backend;
/// cuDNN's convolutions, cuBLAS's products, and kernels of our own for the rest.
const Backend& cuda_backend();

namespace cuda {

/// One line that says why there is no CUDA here; empty if there is.
std::string why_unavailable();
std::string device_name();

/// nullptr when there is not so much memory left.
std::byte* allocate(std::size_t bytes);
void free(std::byte* p);
/// After everything asked for before. When `to` or `from` is in the CPU's memory it is done on return.
void copy(void* to, Device to_device, const void* from, Device from_device, std::size_t bytes);
void synchronize();

/// Whether float32 products may be made of operands rounded to 11 bits (TF32): faster, but ODIN's
/// gradients lose their small digits. Off unless asked for.
void allow_tf32(bool allow);
bool tf32_allowed();

}  // namespace cuda
}  // namespace odin::tensor
