#include "odin/native/training/random_part.h"

#include <algorithm>
#include <cmath>

namespace odin::native {
namespace {

constexpr double kLeastArea = 0.08, kNarrowest = 3.0 / 4, kWidest = 4.0 / 3;
constexpr std::uint64_t kTries = kNumbersOfRandomPart / 4;

ImagePart middle_part(std::int64_t width, std::int64_t height) {
  const auto w = static_cast<double>(width), h = static_cast<double>(height);
  const auto whole = [](double side) { return std::max<std::int64_t>(1, std::llround(side)); };
  ImagePart part{0, 0, width, height};
  if (w / h < kNarrowest) part.height = whole(w / kNarrowest);
  if (w / h > kWidest) part.width = whole(h * kWidest);
  part.x = (width - part.width) / 2;
  part.y = (height - part.height) / 2;
  return part;
}

}  // namespace

ImagePart random_part(std::int64_t width, std::int64_t height, const tensor::Random& random,
                      std::uint64_t place) {
  const auto area = static_cast<double>(width * height);
  const auto between = [&](std::uint64_t at, double low, double high) {
    return low + (high - low) * static_cast<double>(random.uniform_at(at));
  };
  for (std::uint64_t i = 0; i < kTries; ++i, place += 4) {
    const double share = area * between(place, kLeastArea, 1);
    const double shape = std::exp(between(place + 1, std::log(kNarrowest), std::log(kWidest)));
    const std::int64_t w = std::llround(std::sqrt(share * shape));
    const std::int64_t h = std::llround(std::sqrt(share / shape));
    if (w < 1 || h < 1 || w > width || h > height) continue;
    return {random.below(place + 2, static_cast<std::uint32_t>(width - w + 1)),
            random.below(place + 3, static_cast<std::uint32_t>(height - h + 1)), w, h};
  }
  return middle_part(width, height);
}

}  // namespace odin::native
