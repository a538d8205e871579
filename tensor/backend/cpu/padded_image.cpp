#include "odin/tensor/backend/cpu/padded_image.h"

#include <algorithm>
#include <cstdlib>

namespace odin::tensor::cpu {
namespace {

/// Room behind the last phase, at least two vectors, and a multiple of every vector size.
constexpr std::int64_t kSlack = 64;
/// A cache line, and a multiple of every vector size.
constexpr std::int64_t kLine = 16;

std::int64_t divided_up(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }
std::int64_t aligned(std::int64_t a) { return divided_up(a, kLine) * kLine; }

struct Range {
  std::int64_t first, count;
};

/// Of the numbers i in [0, count), those for which i step + offset is in [0, size).
Range inside(std::int64_t offset, std::int64_t step, std::int64_t size, std::int64_t count) {
  const std::int64_t first = offset < 0 ? divided_up(-offset, step) : 0;
  const std::int64_t end = divided_up(std::max<std::int64_t>(0, size - offset), step);
  return {first, std::max<std::int64_t>(0, std::min(count, end) - first)};
}

}  // namespace

PaddedImage::PaddedImage(const Windows& w)
    : w_(w),
      pitch_(aligned(w.cols + (w.kernel_w - 1) * w.dilation.w / w.stride.w)),
      rows_(w.rows + (w.kernel_h - 1) * w.dilation.h / w.stride.h),
      phases_(std::min(w.stride.h, (w.kernel_h - 1) * w.dilation.h + 1),
              std::min(w.stride.w, (w.kernel_w - 1) * w.dilation.w + 1)),
      size_(rows_ * pitch_ + kLine),
      floats_(kLine + phases_.h * phases_.w * size_ + kSlack + w.kernel_w * w.dilation.w),
      data_(floats_),
      copies_(copies()),
      taps_(offsets()) {
  std::fill_n(data_.data(), floats_, 0.0f);
}

/// Such that the pixels that are stored in its lines are aligned.
std::int64_t PaddedImage::phase(std::int64_t a, std::int64_t b) const {
  const std::int64_t column = inside(b - w_.left, w_.stride.w, w_.width, pitch_).first;
  return (a * phases_.w + b) * size_ + aligned(column) - column;
}

bool PaddedImage::Copy::take_in(const Copy& other) {
  const bool alike = lines.step == 2 && lines.between == 0 && lines.rows == other.lines.rows &&
                     lines.cols == other.lines.cols;
  if (!alike || std::abs(other.x - x) != 1) return false;
  const Copy first = x < other.x ? *this : other, second = x < other.x ? other : *this;
  *this = first;
  lines.between = second.y - first.y;
  return true;
}

std::vector<PaddedImage::Copy> PaddedImage::copies() const {
  std::vector<Copy> all;
  for (std::int64_t a = 0; a < phases_.h; ++a)
    for (std::int64_t b = 0; b < phases_.w; ++b) {
      // Row r of the phase is row r stride + top of the image, and columns likewise.
      const std::int64_t top = a - w_.top, left = b - w_.left;
      const auto [row, rows] = inside(top, w_.stride.h, w_.height, rows_);
      const auto [column, cols] = inside(left, w_.stride.w, w_.width, pitch_);
      if (rows == 0 || cols == 0) continue;
      const Copy copy{.lines = {rows, cols, w_.stride.w, w_.stride.h * w_.width, pitch_},
                      .x = (row * w_.stride.h + top) * w_.width + column * w_.stride.w + left,
                      .y = phase(a, b) + row * pitch_ + column};
      if (all.empty() || !all.back().take_in(copy)) all.push_back(copy);
    }
  return all;
}

void PaddedImage::fill(const float* image, std::int64_t readable) const {
  for (const Copy& copy : copies_)
    kernels().copy_lines(copy.lines, image + copy.x, image + readable, data_.data() + copy.y);
}

std::vector<std::int64_t> PaddedImage::offsets() const {
  std::vector<std::int64_t> taps;
  for (std::int64_t a = 0; a < w_.kernel_h; ++a)
    for (std::int64_t b = 0; b < w_.kernel_w; ++b) {
      const std::int64_t row = a * w_.dilation.h, column = b * w_.dilation.w;
      taps.push_back(phase(row % w_.stride.h, column % w_.stride.w) + row / w_.stride.h * pitch_ +
                     column / w_.stride.w);
    }
  return taps;
}

TapRows PaddedImage::tap_rows() const {
  return {.rows = w_.rows,
          .cols = w_.cols,
          .taps = static_cast<std::int64_t>(taps_.size()),
          .x = data_.data(),
          .pitch = pitch_,
          .offsets = taps_.data()};
}

std::int64_t PaddedImage::results() const { return divided_up(w_.rows * pitch_, kSlack) * kSlack; }

void PaddedImage::spread(const float* y, float* line) const {
  std::fill_n(line, results(), 0.0f);
  for (std::int64_t i = 0; i < w_.rows; ++i)
    std::copy_n(y + i * w_.cols, w_.cols, line + i * pitch_);
}

}  // namespace odin::tensor::cpu
