#include "odin/image_resize.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace odin {
namespace {

using tensor::Tensor;

/// One new pixel of a row (or column) is the sum of weights[k] * old[first + k].
struct Taps {
  std::int64_t first;
  std::vector<float> weights;
};

/// Taps for the old pixels first to last - 1 with weight(index), normalized so that they sum to 1.
template <class Weight>
Taps normalized_taps(std::int64_t first, std::int64_t last, Weight weight) {
  std::vector<double> weights;
  double sum = 0;
  for (std::int64_t i = first; i < last; ++i) {
    weights.push_back(weight(static_cast<double>(i)));
    sum += weights.back();
  }
  Taps taps{first, {}};
  for (double w : weights) taps.weights.push_back(static_cast<float>(w / sum));
  return taps;
}

std::vector<Taps> triangle_taps(std::int64_t old_size, std::int64_t new_size) {
  const double scale = static_cast<double>(old_size) / static_cast<double>(new_size);
  const double support = std::max(scale, 1.0);
  std::vector<Taps> taps;
  for (std::int64_t i = 0; i < new_size; ++i) {
    const double center = (static_cast<double>(i) + 0.5) * scale;
    const auto first = static_cast<std::int64_t>(std::max(center - support + 0.5, 0.0));
    const auto last = std::min(static_cast<std::int64_t>(center + support + 0.5), old_size);
    taps.push_back(normalized_taps(first, last, [&](double old) {
      return std::max(0.0, 1 - std::abs(old + 0.5 - center) / support);
    }));
  }
  return taps;
}

std::vector<Taps> box_taps(std::int64_t old_size, std::int64_t new_size) {
  // In units of 1 / new_size of an old pixel all borders are integers, so there is no rounding.
  std::vector<Taps> taps;
  for (std::int64_t i = 0; i < new_size; ++i) {
    const std::int64_t begin = i * old_size, end = begin + old_size;
    const std::int64_t first = begin / new_size, last = (end + new_size - 1) / new_size;
    taps.push_back(normalized_taps(first, last, [&](double old) {
      const double left = old * static_cast<double>(new_size);
      return std::min(left + static_cast<double>(new_size), static_cast<double>(end)) -
             std::max(left, static_cast<double>(begin));
    }));
  }
  return taps;
}

std::vector<Taps> nearest_taps(std::int64_t old_size, std::int64_t new_size) {
  std::vector<Taps> taps;
  for (std::int64_t i = 0; i < new_size; ++i) taps.push_back({i * old_size / new_size, {1.0f}});
  return taps;
}

void check_image(const char* op, const Tensor& image) {
  require(image.defined() && image.rank() == 3 && image.numel() > 0, op,
          ": expected an image of shape [C,H,W], got ", image.shape());
}

/// A separable filter: first along the rows, then along the columns.
Tensor resize(const char* op, const Tensor& image, std::int64_t width, std::int64_t height,
              std::vector<Taps> (*make_taps)(std::int64_t, std::int64_t)) {
  check_image(op, image);
  require(width > 0 && height > 0, op, ": expected a size of at least 1x1, got ", width, "x",
          height);
  const std::int64_t channels = image.dim(0), old_height = image.dim(1), old_width = image.dim(2);

  const Tensor from = image.contiguous();
  Tensor narrowed = Tensor::empty({channels, old_height, width});
  const float* in = from.data<float>();
  auto out_elements = narrowed.write<float>();
  float* out = out_elements.data();
  const std::vector<Taps> columns = make_taps(old_width, width);
  for (std::int64_t row = 0; row < channels * old_height; ++row, in += old_width) {
    for (const Taps& taps : columns) {
      const float* old = in + taps.first;
      float sum = 0;
      for (float weight : taps.weights) sum += weight * *old++;
      *out++ = sum;
    }
  }

  Tensor result = Tensor::zeros({channels, height, width});
  auto result_elements = result.write<float>();
  out = result_elements.data();
  const std::vector<Taps> rows = make_taps(old_height, height);
  for (std::int64_t plane = 0; plane < channels; ++plane) {
    for (const Taps& taps : rows) {
      const float* old = narrowed.data<float>() + (plane * old_height + taps.first) * width;
      for (float weight : taps.weights)
        for (std::int64_t x = 0; x < width; ++x) out[x] += weight * *old++;
      out += width;
    }
  }
  return result;
}

}  // namespace

Tensor resize_triangle(const Tensor& image, std::int64_t width, std::int64_t height) {
  return resize("resize_triangle", image, width, height, triangle_taps);
}

Tensor resize_box(const Tensor& image, std::int64_t width, std::int64_t height) {
  return resize("resize_box", image, width, height, box_taps);
}

Tensor resize_aliased(const Tensor& image, std::int64_t width, std::int64_t height) {
  return resize("resize_aliased", image, width, height, nearest_taps);
}

Tensor crop(const Tensor& image, std::int64_t x, std::int64_t y, std::int64_t width,
            std::int64_t height) {
  check_image("crop", image);
  require(width > 0 && height > 0 && x >= 0 && y >= 0 && width <= image.dim(2) &&
              height <= image.dim(1) && x <= image.dim(2) - width && y <= image.dim(1) - height,
          "crop: ", width, "x", height, " pixels at (", x, ",", y, ") are not inside an image of ",
          image.dim(2), "x", image.dim(1));
  return image.slice(1, y, y + height).slice(2, x, x + width).contiguous();
}

}  // namespace odin
