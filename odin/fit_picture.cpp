#include "odin/fit_picture.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace odin {
namespace {

using nn::InputSize;
using nn::Preprocess;
using tensor::Tensor;

/// Pillow's weights of red, green and blue, in units of 2^-16, on values of 0 to 255.
float luma(float red, float green, float blue) {
  const auto byte = [](float v) { return std::lround(std::clamp(v, 0.0f, 1.0f) * 255); };
  const long sum = 19595 * byte(red) + 38470 * byte(green) + 7471 * byte(blue) + 0x8000;
  return static_cast<float>(sum >> 16) / 255.0f;
}

ImageRows to_gray(const ImageRows& from) {
  return {1, from.height, from.width, [from](std::int64_t first, std::int64_t last, float* to) {
            const std::int64_t plane = (last - first) * from.width;
            std::vector<float> colors(static_cast<std::size_t>(3 * plane));
            from.read(first, last, colors.data());
            const float *red = colors.data(), *green = red + plane, *blue = green + plane;
            for (std::int64_t i = 0; i < plane; ++i) to[i] = luma(red[i], green[i], blue[i]);
          }};
}

ImageRows to_color(const ImageRows& from) {
  return {3, from.height, from.width, [from](std::int64_t first, std::int64_t last, float* to) {
            const std::int64_t plane = (last - first) * from.width;
            from.read(first, last, to);
            std::copy_n(to, plane, to + plane);
            std::copy_n(to, plane, to + 2 * plane);
          }};
}

std::int64_t scaled(std::int64_t side, std::int64_t to, std::int64_t from) {
  return std::max<std::int64_t>(1, side * to / from);
}

Tensor resize(const ImageRows& picture, const ResizedPart& part, Preprocess::Filter filter) {
  const bool stays = part.resized_width == picture.width && part.resized_height == picture.height;
  if (stays && part.width == picture.width && part.height == picture.height)
    return read_all(picture);
  if (filter == Preprocess::Filter::triangle) return resize_triangle_part(picture, part);
  Tensor found = resize_bicubic_part(picture, part);
  for (auto elements = found.write<float>(); float& value : elements)
    value = std::clamp(value, 0.0f, 1.0f);
  return found;
}

/// The middle part after the shorter side has become p.shorter pixels, places rounded as
/// torchvision's Resize and CenterCrop do.
ResizedPart middle_part(const ImageRows& picture, const InputSize& input, const Preprocess& p) {
  const std::int64_t shorter = std::min(picture.width, picture.height);
  const std::int64_t width = scaled(picture.width, p.shorter, shorter);
  const std::int64_t height = scaled(picture.height, p.shorter, shorter);
  const auto before = [](std::int64_t whole, std::int64_t part) {
    return static_cast<std::int64_t>(std::nearbyint(static_cast<double>(whole - part) / 2));
  };
  return {width,       height,      before(width, input.width), before(height, input.height),
          input.width, input.height};
}

ResizedPart whole(std::int64_t width, std::int64_t height) {
  return {width, height, 0, 0, width, height};
}

ResizedPart part_of(const ImageRows& picture, const InputSize& input, const Preprocess& p) {
  switch (p.mode) {
    case Preprocess::Mode::crop: return middle_part(picture, input, p);
    case Preprocess::Mode::squeeze: return whole(input.width, input.height);
    case Preprocess::Mode::none: break;
  }
  const std::int64_t longer = std::max(picture.width, picture.height);
  if (longer <= p.longest) return whole(picture.width, picture.height);
  return whole(scaled(picture.width, p.longest, longer), scaled(picture.height, p.longest, longer));
}

}  // namespace

Tensor read_all(const ImageRows& picture) {
  Tensor pixels = Tensor::empty({picture.channels, picture.height, picture.width});
  auto elements = pixels.write<float>();
  picture.read(0, picture.height, elements.data());
  return pixels;
}

ImageRows with_channels(const ImageRows& rows, std::int64_t channels) {
  if (rows.channels == channels) return rows;
  const bool known = (rows.channels == 1 && channels == 3) || (rows.channels == 3 && channels == 1);
  require(known, "detect: the network takes pictures of ", channels, " channels, got ",
          tensor::Shape{rows.channels, rows.height, rows.width});
  return channels == 1 ? to_gray(rows) : to_color(rows);
}

Tensor fit_picture(const ImageRows& picture, const InputSize& input, const Preprocess& p) {
  nn::check(p, input);
  require(picture.height > 0 && picture.width > 0, "detect: expected a picture, got one of ",
          picture.width, "x", picture.height);
  const ImageRows converted = with_channels(picture, input.channels);
  return resize(converted, part_of(picture, input, p), p.filter).unsqueeze(0);
}

Tensor fit_picture(const Tensor& picture, const InputSize& input, const Preprocess& p) {
  const bool batched = picture.rank() == 4 && picture.dim(0) == 1;
  require(picture.defined() && (picture.rank() == 3 || batched),
          "detect: expected one picture [C,H,W], got ", picture.shape());
  const Tensor single = (batched ? picture.select(0, 0) : picture).contiguous();
  return fit_picture(rows_of(single), input, p);
}

Tensor fit_picture(const ImageRows& picture, const InputSize& input) {
  return fit_picture(picture, input, nn::default_preprocess(input));
}

Tensor fit_picture(const Tensor& picture, const InputSize& input) {
  return fit_picture(picture, input, nn::default_preprocess(input));
}

}  // namespace odin
