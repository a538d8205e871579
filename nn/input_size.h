#pragma once

#include <cstdint>

#include "odin/tensor/shape.h"

namespace odin::nn {

/// The pictures that a network takes. This is the one place that knows the usual size, that of CIFAR:
/// ask a model for its own (ModelInfo::input).
struct InputSize {
  std::int64_t channels = 3, height = 32, width = 32;

  /// Numbers in one picture.
  constexpr std::int64_t numel() const { return channels * height * width; }
  /// Of a batch of such pictures: [n, channels, height, width].
  tensor::Shape batch(std::int64_t n) const { return {n, channels, height, width}; }

  friend bool operator==(const InputSize&, const InputSize&) = default;
};

}  // namespace odin::nn
