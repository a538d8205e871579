#include "odin/native/sets/image_fit.h"

#include <algorithm>

#include "odin/fit_picture.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/random.h"

namespace odin::native {
namespace {

using tensor::Tensor;

// A random stream of the seed, different from those of training and of the other sets.
constexpr std::uint64_t kCropStream = (std::uint64_t{1} << 32) + 2;

ImageRows random_patch(const Picture& picture, const ImageFit& fit,
                       const std::filesystem::path& file, std::int64_t number) {
  const std::int64_t width = picture.width(), height = picture.height();
  require(width >= fit.input.width && height >= fit.input.height,
          "image: ", nn::quote(file.string()), " is ", width, "x", height,
          ", too small for a crop of ", nn::size_in_words(fit.input));
  const tensor::Random random(fit.seed, kCropStream);
  const auto place = 2 * static_cast<std::uint64_t>(number);
  const auto choices = [](std::int64_t whole, std::int64_t part) {
    return static_cast<std::uint32_t>(whole - part + 1);
  };
  const std::int64_t x = random.below(place, choices(width, fit.input.width));
  const std::int64_t y = random.below(place + 1, choices(height, fit.input.height));
  return picture.rows(x, y, fit.input.width, fit.input.height);
}

/// The largest part in the middle that has the proportions of the input.
ImageRows middle(const Picture& picture, const nn::InputSize& input) {
  const std::int64_t width = std::min(
      picture.width(), std::max<std::int64_t>(1, picture.height() * input.width / input.height));
  const std::int64_t height = std::min(
      picture.height(), std::max<std::int64_t>(1, picture.width() * input.height / input.width));
  return picture.rows((picture.width() - width) / 2, (picture.height() - height) / 2, width,
                      height);
}

Tensor without_transform(const Picture& picture, const ImageFit& fit,
                         const std::filesystem::path& file) {
  const bool by_model = fit.input.height != nn::InputSize{}.height ||
                        fit.input.width != nn::InputSize{}.width ||
                        fit.preprocess != nn::Preprocess{};
  if (!by_model)
    require(picture.height() == fit.input.height && picture.width() == fit.input.width,
            "image: ", nn::quote(file.string()), " is ", picture.width(), "x", picture.height(),
            ", expected ", nn::size_in_words(fit.input),
            "; say how it is to become that: @resize, @center, @crop, @resize-box or "
            "@resize-aliased after the folder's name");
  return fit_picture(picture.rows(), fit.input, fit.preprocess).select(0, 0);
}

Tensor transformed(const Picture& picture, const ImageFit& fit, const std::filesystem::path& file,
                   std::int64_t number) {
  const std::int64_t width = fit.input.width, height = fit.input.height;
  const auto converted = [&](const ImageRows& rows) {
    return with_channels(rows, fit.input.channels);
  };
  switch (fit.transform) {
    case Transform::crop: return read_all(converted(random_patch(picture, fit, file, number)));
    case Transform::center:
      return resize_triangle_by_rows(converted(middle(picture, fit.input)), width, height);
    case Transform::resize:
      return resize_triangle_by_rows(converted(picture.rows()), width, height);
    case Transform::resize_box: return resize_box_by_rows(converted(picture.rows()), width, height);
    case Transform::resize_aliased:
      return resize_aliased_by_rows(converted(picture.rows()), width, height);
    case Transform::none: break;
  }
  return without_transform(picture, fit, file);
}

}  // namespace

Tensor fit_image(const Picture& picture, const ImageFit& fit, const std::filesystem::path& file,
                 std::int64_t number) {
  require(fit.transform == Transform::none || !fit.input.any(), "image: ", nn::quote(file.string()),
          ": the network takes pictures of any size, so that @", name_of(fit.transform),
          " does not say which; leave it out");
  return transformed(picture, fit, file, number);
}

}  // namespace odin::native
