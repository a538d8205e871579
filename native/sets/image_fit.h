#pragma once

#include <cstdint>
#include <filesystem>

#include "odin/native/pictures/picture.h"
#include "odin/native/sets/set_spec.h"
#include "odin/nn/input_size.h"
#include "odin/nn/io/preprocess.h"
#include "odin/tensor/tensor.h"

namespace odin::native {

/// How the images of a set become what a network takes.
struct ImageFit {
  Transform transform = Transform::none;
  nn::InputSize input = {};
  nn::Preprocess preprocess = {};  ///< the network's, for Transform::none
  std::uint64_t seed = 1;          ///< for random patches
};

/// Converts a picture to [input.channels,H,W] by the transform, or without one by the network's
/// preprocessing. At 32x32 no preprocessing but the default is taken for granted, since the filter
/// changes ODIN's scores on sets of larger images: without a transform other sizes are refused
/// there. A random patch depends only on the seed and the image's number in its set. Throws Error,
/// which names the file, if the image has another size and nothing says how it is to change, if it
/// is too small for a patch, and for a transform where the network takes any size. Thread-safe.
tensor::Tensor fit_image(const Picture& picture, const ImageFit& fit,
                         const std::filesystem::path& file, std::int64_t number);

}  // namespace odin::native
