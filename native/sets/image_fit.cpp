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

Tensor random_patch(const Picture& picture, const std::filesystem::path& file, std::uint64_t seed,
                    std::int64_t number) {
  const std::int64_t width = picture.width(), height = picture.height();
  require(width >= kSize && height >= kSize, "image: ", nn::quote(file.string()), " is ", width,
          "x", height, ", too small for a crop of 32x32");
  const tensor::Random random(seed, kCropStream);
  const auto place = 2 * static_cast<std::uint64_t>(number);
  const auto choices = [](std::int64_t size) {
    return static_cast<std::uint32_t>(size - kSize + 1);
  };
  const std::int64_t x = random.below(place, choices(width));
  const std::int64_t y = random.below(place + 1, choices(height));
  Tensor patch = Tensor::empty({3, kSize, kSize});
  auto elements = patch.write<float>();
  picture.read(x, y, kSize, kSize, elements.data());
  return patch;
}

ImageRows middle_square(const Picture& picture) {
  const std::int64_t width = picture.width(), height = picture.height();
  const std::int64_t side = std::min(width, height);
  return picture.rows((width - side) / 2, (height - side) / 2, side, side);
}

}  // namespace

Tensor fit_image(const Picture& picture, Transform transform, const std::filesystem::path& file,
                 std::uint64_t seed, std::int64_t number) {
  switch (transform) {
    case Transform::crop: return random_patch(picture, file, seed, number);
    case Transform::center: return resize_triangle_by_rows(middle_square(picture), kSize, kSize);
    case Transform::resize: return resize_triangle_by_rows(picture.rows(), kSize, kSize);
    case Transform::resize_box: return resize_box_by_rows(picture.rows(), kSize, kSize);
    case Transform::resize_aliased: return resize_aliased_by_rows(picture.rows(), kSize, kSize);
    case Transform::none: break;
  }
  require(picture.height() == kSize && picture.width() == kSize,
          "image: ", nn::quote(file.string()), " is ", picture.width(), "x", picture.height(),
          ", expected 32x32; say how it is to become that: @resize, @center, @crop, @resize-box or "
          "@resize-aliased after the folder's name");
  return picture.pixels();
}

}  // namespace odin::native
