#pragma once

#include <cstdint>

#include "odin/tensor/random.h"

namespace odin::native {

/// A rectangle of an image.
struct ImagePart {
  std::int64_t x, y, width, height;
};

/// Random numbers that random_part() uses at most.
inline constexpr std::uint64_t kNumbersOfRandomPart = 40;

/// A random part of an image as torchvision's RandomResizedCrop chooses it: 8% to 100% of the area,
/// with proportions (width to height) from 3/4 to 4/3, evenly spread in their logarithm. What does
/// not fit is tried ten times, then the middle is taken, as much of it as has such proportions.
/// Uses the numbers from `place` on.
ImagePart random_part(std::int64_t width, std::int64_t height, const tensor::Random& random,
                      std::uint64_t place);

}  // namespace odin::native
