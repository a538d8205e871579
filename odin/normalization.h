#pragma once

#include <vector>

#include "odin/tensor/tensor.h"

namespace odin {

/// A channel's mean and standard deviation over the training images, of pixels in [0, 1].
struct Normalization {
  std::vector<double> mean, std;
};

/// (pixel - mean) / std for each channel of images [N,C,H,W], worked out in double. Throws when the
/// number of channels differs, when a std is not positive, or when a pixel is not finite.
tensor::Tensor normalize(const tensor::Tensor& images, const Normalization& normalization);

}  // namespace odin
