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

/// The new pixels [first, first + count) of a row (or column) of `old_size` pixels that becomes one
/// of `new_size`.
struct Span {
  std::int64_t old_size, new_size, first, count;
};

/// Taps of a filter that is 0 outside of [-radius, radius], stretched when the image shrinks.
template <class Filter>
std::vector<Taps> stretched_taps(const Span& span, double radius, Filter filter) {
  const double scale = static_cast<double>(span.old_size) / static_cast<double>(span.new_size);
  const double stretch = std::max(scale, 1.0), support = radius * stretch;
  std::vector<Taps> taps;
  for (std::int64_t i = span.first; i < span.first + span.count; ++i) {
    const double center = (static_cast<double>(i) + 0.5) * scale;
    const auto first = static_cast<std::int64_t>(std::max(center - support + 0.5, 0.0));
    const auto last = std::min(static_cast<std::int64_t>(center + support + 0.5), span.old_size);
    taps.push_back(normalized_taps(
        first, last, [&](double old) { return filter((old + 0.5 - center) / stretch); }));
  }
  return taps;
}

std::vector<Taps> triangle_taps(const Span& span) {
  return stretched_taps(span, 1, [](double x) { return std::max(0.0, 1 - std::abs(x)); });
}

std::vector<Taps> bicubic_taps(const Span& span) {
  return stretched_taps(span, 2, [](double x) {
    constexpr double a = -0.5;
    const double d = std::abs(x);
    if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
    return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0.0;
  });
}

std::vector<Taps> box_taps(const Span& span) {
  // In units of 1 / new_size of an old pixel all borders are integers, so there is no rounding.
  std::vector<Taps> taps;
  for (std::int64_t i = span.first; i < span.first + span.count; ++i) {
    const std::int64_t begin = i * span.old_size, end = begin + span.old_size;
    const std::int64_t first = begin / span.new_size;
    const std::int64_t last = (end + span.new_size - 1) / span.new_size;
    taps.push_back(normalized_taps(first, last, [&](double old) {
      const double left = old * static_cast<double>(span.new_size);
      return std::min(left + static_cast<double>(span.new_size), static_cast<double>(end)) -
             std::max(left, static_cast<double>(begin));
    }));
  }
  return taps;
}

std::vector<Taps> nearest_taps(const Span& span) {
  std::vector<Taps> taps;
  for (std::int64_t i = span.first; i < span.first + span.count; ++i)
    taps.push_back({i * span.old_size / span.new_size, {1.0f}});
  return taps;
}

void check_image(const char* op, const Tensor& image) {
  require(image.defined() && image.rank() == 3 && image.numel() > 0, op,
          ": expected an image of shape [C,H,W], got ", image.shape());
}

using MakeTaps = std::vector<Taps> (*)(const Span& span);

std::int64_t end_of(const Taps& taps) { return taps.first + std::ssize(taps.weights); }

/// `rows` rows of one channel, filtered along them.
void narrow(const float* in, std::int64_t rows, std::int64_t old_width,
            const std::vector<Taps>& columns, float* out) {
  for (std::int64_t row = 0; row < rows; ++row, in += old_width) {
    for (const Taps& taps : columns) {
      const float* old = in + taps.first;
      float sum = 0;
      for (float weight : taps.weights) sum += weight * *old++;
      *out++ = sum;
    }
  }
}

/// Adds the narrowed rows [first, last) of one channel to the new rows that they are a part of.
void add_rows(const float* narrowed, std::int64_t first, std::int64_t last, std::int64_t width,
              const std::vector<Taps>& rows, float* out) {
  for (const Taps& taps : rows) {
    const std::int64_t begin = std::max(first, taps.first), end = std::min(last, end_of(taps));
    for (std::int64_t row = begin; row < end; ++row) {
      const float weight = taps.weights[static_cast<std::size_t>(row - taps.first)];
      const float* old = narrowed + (row - first) * width;
      for (std::int64_t x = 0; x < width; ++x) out[x] += weight * old[x];
    }
    out += width;
  }
}

/// A separable filter: first along the rows, then along the columns. The rows are read in bands, so
/// that the memory does not grow with the image.
Tensor resize(const char* op, const ImageRows& image, const ResizedPart& part, MakeTaps make_taps) {
  require(image.channels > 0 && image.height > 0 && image.width > 0, op, ": an image of ",
          image.channels, "x", image.height, "x", image.width);
  require(part.resized_width > 0 && part.resized_height > 0, op,
          ": expected a size of at least 1x1, got ", part.resized_width, "x", part.resized_height);
  const std::vector<Taps> columns =
      make_taps({image.width, part.resized_width, part.x, part.width});
  const std::vector<Taps> rows =
      make_taps({image.height, part.resized_height, part.y, part.height});
  constexpr std::int64_t kBandFloats = std::int64_t{1} << 20;
  const std::int64_t widest = std::max(image.width, part.width);
  const std::int64_t band =
      std::clamp<std::int64_t>(kBandFloats / (image.channels * widest), 1, image.height);
  std::vector<float> old_rows(static_cast<std::size_t>(band * image.channels * image.width));
  std::vector<float> narrowed(static_cast<std::size_t>(band * part.width));
  Tensor result = Tensor::zeros({image.channels, part.height, part.width});
  auto elements = result.write<float>();
  const std::int64_t end = end_of(rows.back());
  for (std::int64_t first = rows.front().first; first < end; first += band) {
    const std::int64_t count = std::min(band, end - first);
    image.read(first, first + count, old_rows.data());
    for (std::int64_t channel = 0; channel < image.channels; ++channel) {
      narrow(old_rows.data() + channel * count * image.width, count, image.width, columns,
             narrowed.data());
      add_rows(narrowed.data(), first, first + count, part.width, rows,
               elements.data() + channel * part.height * part.width);
    }
  }
  return result;
}

Tensor resize(const char* op, const ImageRows& image, std::int64_t width, std::int64_t height,
              MakeTaps make_taps) {
  return resize(op, image, {width, height, 0, 0, width, height}, make_taps);
}

Tensor resize_part(const char* op, const ImageRows& image, const ResizedPart& part,
                   MakeTaps make_taps) {
  require(part.width > 0 && part.height > 0 && part.x >= 0 && part.y >= 0 &&
              part.width <= part.resized_width && part.height <= part.resized_height &&
              part.x <= part.resized_width - part.width &&
              part.y <= part.resized_height - part.height,
          op, ": ", part.width, "x", part.height, " pixels at (", part.x, ",", part.y,
          ") are not inside an image of ", part.resized_width, "x", part.resized_height);
  return resize(op, image, part, make_taps);
}

Tensor resize(const char* op, const Tensor& image, std::int64_t width, std::int64_t height,
              MakeTaps make_taps) {
  check_image(op, image);
  return resize(op, rows_of(image), width, height, make_taps);
}

}  // namespace

ImageRows rows_of(const Tensor& image) {
  check_image("image", image);
  const Tensor from = image.contiguous();
  const std::int64_t channels = from.dim(0), row = from.dim(2), plane = from.dim(1) * row;
  return {channels, from.dim(1), row,
          [from, channels, row, plane](std::int64_t first, std::int64_t last, float* to) {
            const float* values = from.data<float>();
            for (std::int64_t c = 0; c < channels; ++c)
              to = std::copy(values + c * plane + first * row, values + c * plane + last * row, to);
          }};
}

Tensor resize_triangle(const Tensor& image, std::int64_t width, std::int64_t height) {
  return resize("resize_triangle", image, width, height, triangle_taps);
}

Tensor resize_triangle_by_rows(const ImageRows& image, std::int64_t width, std::int64_t height) {
  return resize("resize_triangle", image, width, height, triangle_taps);
}

Tensor resize_bicubic(const Tensor& image, std::int64_t width, std::int64_t height) {
  return resize("resize_bicubic", image, width, height, bicubic_taps);
}

Tensor resize_bicubic_by_rows(const ImageRows& image, std::int64_t width, std::int64_t height) {
  return resize("resize_bicubic", image, width, height, bicubic_taps);
}

Tensor resize_triangle_part(const ImageRows& image, const ResizedPart& part) {
  return resize_part("resize_triangle", image, part, triangle_taps);
}

Tensor resize_bicubic_part(const ImageRows& image, const ResizedPart& part) {
  return resize_part("resize_bicubic", image, part, bicubic_taps);
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
