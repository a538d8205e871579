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

using MakeTaps = std::vector<Taps> (*)(std::int64_t old_size, std::int64_t new_size);

/// The image with its rows filtered, [C,H,width]. The rows are read in bands.
Tensor resize_rows(const ImageRows& image, const std::vector<Taps>& columns) {
  constexpr std::int64_t kBandFloats = std::int64_t{1} << 20;
  const std::int64_t width = std::ssize(columns), row_floats = image.channels * image.width;
  const std::int64_t band = std::clamp<std::int64_t>(kBandFloats / row_floats, 1, image.height);
  std::vector<float> old_rows(static_cast<std::size_t>(band * row_floats));
  Tensor result = Tensor::empty({image.channels, image.height, width});
  auto out_elements = result.write<float>();
  for (std::int64_t first = 0; first < image.height; first += band) {
    const std::int64_t rows = std::min(band, image.height - first);
    image.read(first, first + rows, old_rows.data());
    const float* in = old_rows.data();
    for (std::int64_t channel = 0; channel < image.channels; ++channel) {
      float* out = out_elements.data() + (channel * image.height + first) * width;
      for (std::int64_t row = 0; row < rows; ++row, in += image.width) {
        for (const Taps& taps : columns) {
          const float* old = in + taps.first;
          float sum = 0;
          for (float weight : taps.weights) sum += weight * *old++;
          *out++ = sum;
        }
      }
    }
  }
  return result;
}

/// A separable filter: first along the rows, then along the columns.
Tensor resize(const char* op, const ImageRows& image, std::int64_t width, std::int64_t height,
              MakeTaps make_taps) {
  require(image.channels > 0 && image.height > 0 && image.width > 0, op, ": an image of ",
          image.channels, "x", image.height, "x", image.width);
  require(width > 0 && height > 0, op, ": expected a size of at least 1x1, got ", width, "x",
          height);
  const Tensor narrowed = resize_rows(image, make_taps(image.width, width));
  Tensor result = Tensor::zeros({image.channels, height, width});
  auto result_elements = result.write<float>();
  float* out = result_elements.data();
  const std::vector<Taps> rows = make_taps(image.height, height);
  for (std::int64_t plane = 0; plane < image.channels; ++plane) {
    for (const Taps& taps : rows) {
      const float* old = narrowed.data<float>() + (plane * image.height + taps.first) * width;
      for (float weight : taps.weights)
        for (std::int64_t x = 0; x < width; ++x) out[x] += weight * *old++;
      out += width;
    }
  }
  return result;
}

/// Rows of a tensor, copied.
Tensor resize(const char* op, const Tensor& image, std::int64_t width, std::int64_t height,
              MakeTaps make_taps) {
  check_image(op, image);
  const Tensor from = image.contiguous();
  const std::int64_t plane = image.dim(1) * image.dim(2), row = image.dim(2);
  const float* values = from.data<float>();
  const auto read = [&](std::int64_t first, std::int64_t last, float* to) {
    for (std::int64_t c = 0; c < image.dim(0); ++c)
      to = std::copy(values + c * plane + first * row, values + c * plane + last * row, to);
  };
  return resize(op, {image.dim(0), image.dim(1), image.dim(2), read}, width, height, make_taps);
}

}  // namespace

Tensor resize_triangle(const Tensor& image, std::int64_t width, std::int64_t height) {
  return resize("resize_triangle", image, width, height, triangle_taps);
}

Tensor resize_triangle_by_rows(const ImageRows& image, std::int64_t width, std::int64_t height) {
  return resize("resize_triangle", image, width, height, triangle_taps);
}

Tensor resize_box(const Tensor& image, std::int64_t width, std::int64_t height) {
  return resize("resize_box", image, width, height, box_taps);
}

Tensor resize_box_by_rows(const ImageRows& image, std::int64_t width, std::int64_t height) {
  return resize("resize_box", image, width, height, box_taps);
}

Tensor resize_aliased(const Tensor& image, std::int64_t width, std::int64_t height) {
  return resize("resize_aliased", image, width, height, nearest_taps);
}

Tensor resize_aliased_by_rows(const ImageRows& image, std::int64_t width, std::int64_t height) {
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
