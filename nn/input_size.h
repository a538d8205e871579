#pragma once

#include <cstdint>

#include "odin/tensor/shape.h"

namespace odin::nn {

/// The size of a network's input images. The default is that of CIFAR, and this is the only place
/// that states it; a model's own size is in ModelInfo::input.
struct InputSize {
  std::int64_t channels = 3, height = 32, width = 32;

  /// Number of elements in one image.
  constexpr std::int64_t numel() const { return channels * height * width; }
  /// Shape of a batch of n images: [n, channels, height, width].
  tensor::Shape batch(std::int64_t n) const { return {n, channels, height, width}; }

  friend bool operator==(const InputSize&, const InputSize&) = default;
};

}  // namespace odin::nn
