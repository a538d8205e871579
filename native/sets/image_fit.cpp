#include "odin/native/sets/image_fit.h"

#include <algorithm>

#include "odin/image_resize.h"
#include "odin/nn/input_size.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/random.h"

namespace odin::native {
namespace {

using tensor::Tensor;

constexpr std::int64_t kSize = nn::InputSize{}.height;

// A random stream of the seed, different from those of training and of the other sets.
constexpr std::uint64_t kCropStream = (std::uint64_t{1} << 32) + 2;

Tensor random_patch(const Tensor& pixels, const std::filesystem::path& file, std::uint64_t seed,
                    std::int64_t number) {
  const std::int64_t width = pixels.dim(2), height = pixels.dim(1);
  require(width >= kSize && height >= kSize, "image: ", nn::quote(file.string()), " is ", width,
          "x", height, ", too small for a crop of 32x32");
  const tensor::Random random(seed, kCropStream);
  const auto place = 2 * static_cast<std::uint64_t>(number);
  const auto choices = [](std::int64_t size) {
    return static_cast<std::uint32_t>(size - kSize + 1);
  };
  return crop(pixels, random.below(place, choices(width)), random.below(place + 1, choices(height)),
              kSize, kSize);
}

Tensor middle_square(const Tensor& pixels) {
  const std::int64_t width = pixels.dim(2), height = pixels.dim(1), side = std::min(width, height);
  return crop(pixels, (width - side) / 2, (height - side) / 2, side, side);
}

}  // namespace

Tensor fit_image(const Tensor& pixels, Transform transform, const std::filesystem::path& file,
                 std::uint64_t seed, std::int64_t number) {
  switch (transform) {
    case Transform::crop: return random_patch(pixels, file, seed, number);
    case Transform::center: return resize_triangle(middle_square(pixels), kSize, kSize);
    case Transform::resize: return resize_triangle(pixels, kSize, kSize);
    case Transform::resize_box: return resize_box(pixels, kSize, kSize);
    case Transform::resize_aliased: return resize_aliased(pixels, kSize, kSize);
    case Transform::none: break;
  }
  require(pixels.dim(1) == kSize && pixels.dim(2) == kSize, "image: ", nn::quote(file.string()),
          " is ", pixels.dim(2), "x", pixels.dim(1),
          ", expected 32x32; say how it is to become that: @resize, @center, @crop, @resize-box or "
          "@resize-aliased after the folder's name");
  return pixels;
}

}  // namespace odin::native
