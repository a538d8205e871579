#pragma once

#include <cstdint>
#include <filesystem>

#include "odin/native/pictures/picture.h"
#include "odin/native/sets/set_spec.h"
#include "odin/tensor/tensor.h"

namespace odin::native {

/// Converts a picture to [3,32,32] by the transform. A random patch depends only on the seed
/// and the image's number in its set. Throws Error, which names the file, if the image has another
/// size and the transform is none, or if it is too small for a patch. Thread-safe.
tensor::Tensor fit_image(const Picture& picture, Transform transform,
                         const std::filesystem::path& file, std::uint64_t seed,
                         std::int64_t number);

}  // namespace odin::native
