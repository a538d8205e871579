#pragma once

#include <vector>

#include "odin/tensor/tensor.h"

namespace odin {

/// Mean and standard deviation of each channel over the training images, for pixels in [0, 1].
struct Normalization {
  std::vector<double> mean, std;
};

/// (pixel - mean) / std for each channel of images [N,C,H,W], computed in double; the result has
/// the shape of `images`. Throws if the number of channels differs, a std is not positive or a
/// pixel is not finite or far from [0, 1] (below -0.5 or above 1.5: of 0 to 255, or normalized
/// already). Thread-safe.
tensor::Tensor normalize(const tensor::Tensor& images, const Normalization& normalization);

}  // namespace odin
