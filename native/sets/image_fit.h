#pragma once

#include <cstdint>
#include <filesystem>

#include "odin/native/sets/set_spec.h"
#include "odin/tensor/tensor.h"

namespace odin::native {

/// Makes pixels [3,H,W] of a file 32x32 as the transform says. A random patch is a function of the
/// seed and the image's number in its set alone. Throws Error, which names the file, when the
/// picture has another size and none is to be changed, or is too small for a patch.
tensor::Tensor fit_image(const tensor::Tensor& pixels, Transform transform,
                         const std::filesystem::path& file, std::uint64_t seed,
                         std::int64_t number);

}  // namespace odin::native
