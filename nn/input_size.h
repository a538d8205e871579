#pragma once

#include <algorithm>
#include <cstdint>

#include "odin/tensor/shape.h"

namespace odin::nn {

/// The size of a network's input images. The default is that of CIFAR, and this is the only place
/// that states it; a model's own size is in ModelInfo::input. Height and width are both 0 where the
/// network takes images of any size.
struct InputSize {
  std::int64_t channels = 3, height = 32, width = 32;

  /// Whether images of any height and width are taken.
  constexpr bool any() const { return height == 0 && width == 0; }
  /// Number of elements in one image; 0 where any size is taken.
  constexpr std::int64_t numel() const { return channels * height * width; }
  /// Shape of a batch of n images: [n, channels, height, width].
  tensor::Shape batch(std::int64_t n) const { return {n, channels, height, width}; }
  /// The same size; squares of this many pixels a side where any size is taken.
  constexpr InputSize or_square(std::int64_t side) const {
    return any() ? InputSize{channels, side, side} : *this;
  }

  friend bool operator==(const InputSize&, const InputSize&) = default;
};

/// How many images of this size are computed together so that they take about as much memory as
/// `most` images of 32x32: 1 or more, and no more than `most`.
constexpr std::int64_t images_at_once(const InputSize& size, std::int64_t most) {
  const std::int64_t pixels = size.height * size.width;
  return pixels == 0 ? most : std::clamp<std::int64_t>(most * 32 * 32 / pixels, 1, most);
}

}  // namespace odin::nn
