#include "odin/tensor/backend/cpu/conv_windows.h"

#include <algorithm>
#include <cstring>

#include "odin/tensor/parallel.h"

namespace odin::tensor::cpu {
namespace {

std::size_t bytes(std::int64_t floats) { return static_cast<std::size_t>(floats) * sizeof(float); }

/// a / b rounded down (floor) and up (ceil); a may be negative.
std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a >= 0 ? a / b : -((-a + b - 1) / b);
}
std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return -floor_div(-a, b); }

/// y[r][j] = x[r x_stride + j step]. The compiler vectorizes it if step is a constant.
template <class Step>
void pick(std::int64_t rows, std::int64_t cols, const float* x, std::int64_t x_stride, Step step,
          float* y, std::int64_t y_stride) {
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t j = 0; j < cols; ++j) y[r * y_stride + j] = x[r * x_stride + j * step];
}

void pick_columns(std::int64_t rows, std::int64_t cols, const float* x, std::int64_t x_stride,
                  std::int64_t step, float* y, std::int64_t y_stride) {
  if (step == 2)
    pick(rows, cols, x, x_stride, std::integral_constant<std::int64_t, 2>(), y, y_stride);
  else
    pick(rows, cols, x, x_stride, step, y, y_stride);
}

/// The number of image rows of one phase that `results` rows of results read.
std::int64_t rows_for(const Windows& windows, std::int64_t results) {
  return results + (windows.kernel_h - 1) * windows.dilation.h / windows.stride.h;
}

/// The number of phases (remainders of rows) that the kernel reads.
std::int64_t phases_of(const Windows& windows) {
  return std::min(windows.stride.h, (windows.kernel_h - 1) * windows.dilation.h + 1);
}

void zero_columns(std::int64_t rows, std::int64_t cols, float* y, std::int64_t y_stride) {
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t j = 0; j < cols; ++j) y[r * y_stride + j] = 0;
}

}  // namespace

Windows Windows::forward(const Conv2dParams& p, const Shape& x, const Shape& w) {
  const Size2d results = p.out_size({x[2], x[3]}, {w[2], w[3]});
  return {.height = x[2],
          .width = x[3],
          .rows = results.h,
          .cols = results.w,
          .kernel_h = w[2],
          .kernel_w = w[3],
          .stride = p.stride,
          .top = p.padding.top,
          .left = p.padding.left,
          .dilation = p.dilation};
}

std::int64_t WindowCopies::floats_of_channel(const Windows& windows, std::int64_t band_rows,
                                             std::int64_t images) {
  return windows.kernel_w * phases_of(windows) * images * rows_for(windows, band_rows) *
             windows.cols +
         kGapOfLines;
}

WindowCopies::WindowCopies(const Windows& windows, std::int64_t channels, std::int64_t band_rows,
                           std::int64_t images)
    : windows_(windows),
      images_(images),
      channels_(channels),
      phases_(phases_of(windows)),
      copy_size_(rows_for(windows, band_rows) * windows.cols),
      channel_size_(floats_of_channel(windows, band_rows, images)),
      shifts_(copies_are_shifts()),
      // The last tile may read past the end.
      data_(channels * channel_size_ + kernels().tile_cols) {
  std::fill_n(data_.data() + channels * channel_size_, kernels().tile_cols, 0.0f);
}

void WindowCopies::clear() const {
  std::fill_n(data_.data(), channels_ * channel_size_ + kernels().tile_cols, 0.0f);
}

/// The offset within a channel of the copy for column b and one phase of rows.
std::int64_t WindowCopies::copy_at(std::int64_t b, std::int64_t phase) const {
  return (b * phases_ + phase) * images_ * copy_size_;
}

std::vector<std::int64_t> WindowCopies::tap_offsets() const {
  const Windows& w = windows_;
  std::vector<std::int64_t> offsets;
  offsets.reserve(static_cast<std::size_t>(channels_ * w.kernel_h * w.kernel_w));
  for (std::int64_t c = 0; c < channels_; ++c)
    for (std::int64_t a = 0; a < w.kernel_h; ++a)
      for (std::int64_t b = 0; b < w.kernel_w; ++b) {
        const std::int64_t row = a * w.dilation.h;
        offsets.push_back(c * channel_size_ + copy_at(b, row % w.stride.h) +
                          row / w.stride.h * w.cols);
      }
  return offsets;
}

void WindowCopies::PixelMap::operator()(std::int64_t n, const float* x, float* y) const {
  if (scale)
    kernels().scale_shift(n, x, *scale, *shift, relu, y);
  else if (x != y)
    std::memcpy(y, x, bytes(n));
}

WindowCopies::Column WindowCopies::column(std::int64_t b) const {
  const std::int64_t from = b * windows_.dilation.w - windows_.left;
  const std::int64_t stride = windows_.stride.w, shift = floor_div(from, stride);
  return {shift, from - shift * stride};
}

/// Whether each copy is an unshifted copy moved by less than a row.
bool WindowCopies::copies_are_shifts() const {
  const Windows& w = windows_;
  if (w.dilation.w != 1 || w.cols != ceil_div(w.width, w.stride.w)) return false;
  for (std::int64_t b = 0; b < w.kernel_w; ++b) {
    const auto [shift, remainder] = column(b);
    const std::int64_t unshifted = w.left + remainder;
    if (unshifted < 0 || unshifted >= w.kernel_w || std::abs(shift) >= w.cols) return false;
  }
  return true;
}

void WindowCopies::fill_channel(std::int64_t c, const Images& x, std::int64_t images,
                                const MapPointers& map, std::int64_t first,
                                std::int64_t last) const {
  const std::int64_t pixels = windows_.height * windows_.width,
                     rows = rows_for(windows_, last - first);
  const MapPointers of_channel = map.from(c);
  const PixelMap pixel_map{of_channel.scale, of_channel.shift, of_channel.relu};
  float* to = data_.data() + c * channel_size_;
  fill_behind(rows * windows_.cols, to);
  for (std::int64_t n = 0; n < images; ++n) {
    const float* channel = x[n] + c * pixels;
    if (shifts_)
      fill_unshifted(channel, pixel_map, first, rows, to + n * copy_size_);
    else
      fill_any(channel, pixel_map, first, rows, to + n * copy_size_);
  }
  if (shifts_) fill_shifted(images, rows, to);
}

/// Zeros where the last tile reads past `count` pixels of a copy. What the memory held before would
/// not change a result, but products of denormal numbers take a hundred times as long.
void WindowCopies::fill_behind(std::int64_t count, float* to) const {
  if (images_ > 1) return;  // dot products read nothing that was not filled
  const std::int64_t behind = std::min<std::int64_t>(copy_size_ - count, kernels().tile_cols);
  if (behind > 0)
    for (std::int64_t copy = 0; copy < windows_.kernel_w * phases_; ++copy)
      std::fill_n(to + copy * copy_size_ + count, behind, 0.0f);
  std::fill_n(to + channel_size_ - kGapOfLines, kGapOfLines, 0.0f);
}

/// Fills the unshifted copies, one for each remainder of columns. With stride 1, all
/// rows in the image are mapped as one line.
void WindowCopies::fill_unshifted(const float* channel, const PixelMap& map, std::int64_t first,
                                  std::int64_t rows, float* to) const {
  const Windows& w = windows_;
  for (std::int64_t b = 0; b < w.kernel_w; ++b) {
    const auto [shift, remainder] = column(b);
    if (shift != 0) continue;
    for (std::int64_t phase = 0; phase < phases_; ++phase) {
      float* copy_rows = to + copy_at(b, phase);
      // Row r of the copy is row top + r * step of the image.
      const std::int64_t step = w.stride.h, top = first * step + phase - w.top;
      const std::int64_t begin = std::clamp<std::int64_t>(ceil_div(-top, step), 0, rows);
      const std::int64_t end = std::clamp(ceil_div(w.height - top, step), begin, rows);
      std::fill_n(copy_rows, begin * w.cols, 0.0f);
      std::fill_n(copy_rows + end * w.cols, (rows - end) * w.cols, 0.0f);
      if (begin == end) continue;
      const float* from = channel + (top + begin * step) * w.width;
      float* inside = copy_rows + begin * w.cols;
      const std::int64_t count = (end - begin) * w.cols;
      if (w.stride == 1) {  // in both directions
        map(count, from, inside);
        continue;
      }
      const std::int64_t cols = ceil_div(w.width - remainder, w.stride.w);
      pick_columns(end - begin, cols, from + remainder, step * w.width, w.stride.w, inside, w.cols);
      zero_columns(end - begin, w.cols - cols, inside + cols, w.cols);
      map(count, inside, inside);
      zero_columns(end - begin, w.cols - cols, inside + cols, w.cols);
    }
  }
}

/// Fills the other copies: an unshifted copy of all images, as one line, moved by a few pixels,
/// with 0 where pixels would move into the next row.
void WindowCopies::fill_shifted(std::int64_t images, std::int64_t rows, float* to) const {
  const Windows& w = windows_;
  const std::int64_t n = (images - 1) * copy_size_ + rows * w.cols;
  for (std::int64_t b = 0; b < w.kernel_w; ++b) {
    const auto [shift, remainder] = column(b);
    if (shift == 0) continue;
    const std::int64_t zeros = std::abs(shift);
    for (std::int64_t phase = 0; phase < phases_; ++phase) {
      const float* from = to + copy_at(w.left + remainder, phase);
      float* moved = to + copy_at(b, phase);
      std::memcpy(moved + std::max<std::int64_t>(0, -shift),
                  from + std::max<std::int64_t>(0, shift), bytes(n - zeros));
      zero_columns(n / w.cols, zeros, moved + (shift < 0 ? 0 : w.cols - zeros), w.cols);
    }
  }
}

/// For any geometry, pixel by pixel.
void WindowCopies::fill_any(const float* channel, const PixelMap& map, std::int64_t first,
                            std::int64_t rows, float* to) const {
  const Windows& w = windows_;
  for (std::int64_t b = 0; b < w.kernel_w; ++b) {
    // Columns [begin, end) of the copy are in the image.
    const std::int64_t from_column = b * w.dilation.w - w.left, step = w.stride.w;
    const std::int64_t begin = std::clamp<std::int64_t>(ceil_div(-from_column, step), 0, w.cols);
    const std::int64_t end = std::clamp(ceil_div(w.width - from_column, step), begin, w.cols);
    for (std::int64_t phase = 0; phase < phases_; ++phase) {
      float* row = to + copy_at(b, phase);
      for (std::int64_t r = 0; r < rows; ++r, row += w.cols) {
        const std::int64_t h = (first + r) * w.stride.h + phase - w.top;
        std::fill_n(row, w.cols, 0.0f);
        if (h < 0 || h >= w.height || begin == end) continue;
        const float* from = channel + h * w.width + begin * step + from_column;
        pick_columns(1, end - begin, from, 0, step, row + begin, 0);
        map(end - begin, row + begin, row + begin);
      }
    }
  }
}

Tensor with_contiguous_images(const Tensor& x) {
  return x.dim(0) > 0 && x.select(0, 0).is_contiguous() ? x : x.contiguous();
}

bool is_pointwise(const Conv2dParams& p, const Shape& w) {
  return w[2] == 1 && w[3] == 1 && p.padding == 0 && p.groups == 1;
}

Tensor pick_pixels(const Tensor& x, const Size2d& stride) {
  if (stride == 1) return x;
  const Size2d out = Conv2dParams{.stride = stride}.out_size({x.dim(2), x.dim(3)}, 1);
  Tensor y = Tensor::empty({x.dim(0), x.dim(1), out.h, out.w});
  const Images from(x);
  float* to = y.backend_data<float>();
  const std::int64_t channels = x.dim(1), pixels = x.dim(2) * x.dim(3);
  parallel_for(x.dim(0) * channels, 16, [&](std::int64_t first, std::int64_t last) {
    for (auto plane = first; plane < last; ++plane)
      pick_columns(out.h, out.w, from[plane / channels] + plane % channels * pixels,
                   stride.h * x.dim(3), stride.w, to + plane * out.h * out.w, out.w);
  });
  return y;
}

}  // namespace odin::tensor::cpu
