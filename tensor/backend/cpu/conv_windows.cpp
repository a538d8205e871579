#include "odin/tensor/backend/cpu/conv_windows.h"

#include <algorithm>
#include <cstring>

namespace odin::tensor::cpu {
namespace {

std::size_t bytes(std::int64_t floats) { return static_cast<std::size_t>(floats) * sizeof(float); }

/// Rounded up, for a of either sign.
std::int64_t ceil_div(std::int64_t a, std::int64_t b) {
  return a >= 0 ? (a + b - 1) / b : -(-a / b);
}

void map_row(std::int64_t n, const float* x, const float* scale, const float* shift, bool relu,
             float* y) {
  if (scale)
    kernels().scale_shift(n, x, *scale, *shift, relu, y);
  else
    std::memcpy(y, x, bytes(n));
}

}  // namespace

Windows Windows::forward(const Conv2dParams& p, const Shape& x, const Shape& w) {
  return {.height = x[2],
          .width = x[3],
          .rows = p.out_size(x[2], w[2]),
          .cols = p.out_size(x[3], w[3]),
          .kernel_h = w[2],
          .kernel_w = w[3],
          .stride = p.stride,
          .top = p.padding,
          .left = p.padding};
}

WindowCopies::WindowCopies(const Windows& windows, std::int64_t channels, std::int64_t band_rows,
                           std::int64_t images)
    : windows_(windows),
      channels_(channels),
      phases_(std::min(windows.stride, windows.kernel_h)),
      copy_rows_(band_rows + (windows.kernel_h - 1) / windows.stride),
      copy_size_(copy_rows_ * windows.cols),
      channel_size_(windows.kernel_w * phases_ * copy_size_),
      // The last tile may read past the end.
      data_(images * channels * channel_size_ + kernels().tile_cols) {
  std::fill_n(data_.data() + images * channels * channel_size_, kernels().tile_cols, 0.0f);
}

std::vector<std::int64_t> WindowCopies::tap_offsets() const {
  const Windows& w = windows_;
  std::vector<std::int64_t> offsets;
  offsets.reserve(static_cast<std::size_t>(channels_ * w.kernel_h * w.kernel_w));
  for (std::int64_t c = 0; c < channels_; ++c)
    for (std::int64_t a = 0; a < w.kernel_h; ++a)
      for (std::int64_t b = 0; b < w.kernel_w; ++b)
        offsets.push_back(c * channel_size_ + (b * phases_ + a % w.stride) * copy_size_ +
                          a / w.stride * w.cols);
  return offsets;
}

void WindowCopies::fill(const float* image, const MapPointers& map, std::int64_t first,
                        std::int64_t last, std::int64_t slot) const {
  const std::int64_t pixels = windows_.height * windows_.width;
  for (std::int64_t c = 0; c < channels_; ++c)
    fill_channel(image + c * pixels, map.scale ? map.scale + c : nullptr,
                 map.shift ? map.shift + c : nullptr, map.relu, first, last,
                 data_.data() + slot * image_size() + c * channel_size_);
}

void WindowCopies::fill_channel(const float* channel, const float* scale, const float* shift,
                                bool relu, std::int64_t first, std::int64_t last, float* to) const {
  const Windows& w = windows_;
  const std::int64_t rows = last - first + (w.kernel_h - 1) / w.stride;
  if (fill_by_shifting(channel, scale, shift, relu, first - w.top, rows, to)) return;
  const Scratch picked(w.cols);
  for (std::int64_t b = 0; b < w.kernel_w; ++b) {
    // Columns [begin, end) of the copy lie in the image.
    const std::int64_t begin = std::clamp<std::int64_t>(ceil_div(w.left - b, w.stride), 0, w.cols);
    const std::int64_t end = std::clamp(ceil_div(w.width + w.left - b, w.stride), begin, w.cols);
    for (std::int64_t phase = 0; phase < phases_; ++phase) {
      float* row = to + (b * phases_ + phase) * copy_size_;
      for (std::int64_t r = 0; r < rows; ++r, row += w.cols) {
        const std::int64_t h = (first + r) * w.stride + phase - w.top;
        std::fill_n(row, w.cols, 0.0f);
        if (h < 0 || h >= w.height) continue;
        const float* from = channel + h * w.width + b - w.left;
        for (auto c = begin; c < end; ++c) picked.data()[c] = from[c * w.stride];
        map_row(end - begin, picked.data() + begin, scale, shift, relu, row + begin);
      }
    }
  }
}

/// Results as wide as the image, at stride 1: the rows, seen as one line, are mapped once into the
/// copy that is not shifted; the others are that line moved by a few places, with zeros put where
/// it runs over the border into the next row.
bool WindowCopies::fill_by_shifting(const float* channel, const float* scale, const float* shift,
                                    bool relu, std::int64_t first_row, std::int64_t rows,
                                    float* to) const {
  const Windows& w = windows_;
  const bool shifted = w.stride == 1 && w.cols == w.width && w.left < w.kernel_w &&
                       w.left < w.cols && w.kernel_w - 1 - w.left < w.cols;
  if (!shifted) return false;
  const std::int64_t n = rows * w.cols;
  const std::int64_t begin = std::clamp<std::int64_t>(-first_row, 0, rows);
  const std::int64_t end = std::clamp(w.height - first_row, begin, rows);
  float* middle = to + w.left * copy_size_;
  std::fill_n(middle, begin * w.cols, 0.0f);
  map_row((end - begin) * w.cols, channel + (first_row + begin) * w.width, scale, shift, relu,
          middle + begin * w.cols);
  std::fill_n(middle + end * w.cols, n - end * w.cols, 0.0f);
  for (std::int64_t b = 0; b < w.kernel_w; ++b) {
    const std::int64_t by = b - w.left;
    if (by == 0) continue;
    float* copy = to + b * copy_size_;
    std::memcpy(copy + std::max<std::int64_t>(0, -by), middle + std::max<std::int64_t>(0, by),
                bytes(n - std::abs(by)));
    const std::int64_t zero = by < 0 ? 0 : w.cols - by;
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t i = 0; i < std::abs(by); ++i) copy[r * w.cols + zero + i] = 0;
  }
  return true;
}

Tensor with_contiguous_images(const Tensor& x) {
  return x.dim(0) > 0 && x.select(0, 0).is_contiguous() ? x : x.contiguous();
}

bool is_pointwise(const Conv2dParams& p, const Shape& w) {
  return w[2] == 1 && w[3] == 1 && p.stride == 1 && p.padding == 0;
}

}  // namespace odin::tensor::cpu
