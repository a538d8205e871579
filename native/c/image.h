#pragma once

#include <cstdint>

#include "odin/native/c/c.h"
#include "odin/tensor/tensor.h"

namespace odin::c {

/// The pixels of a caller's image as the detector takes them, [C,H,W] float32 in [0, 1], for a
/// network of so many channels; alpha is put over white as for a file's. `size` is the struct_size of
/// the image. Throws ODIN_ERROR_ARGUMENT.
tensor::Tensor pixels_of(const char* function, const odin_image* image, std::size_t size,
                         std::int64_t network_channels);

}  // namespace odin::c
