#include "odin/tensor/backend/cpu/conv_planes.h"

#include <cstring>

#include "odin/tensor/parallel.h"

namespace odin::tensor::cpu {
namespace {

/// Rounded up, for a of either sign.
std::int64_t ceil_div(std::int64_t a, std::int64_t b) {
  return a >= 0 ? (a + b - 1) / b : -(-a / b);
}

}  // namespace

void PlaneLayout::fill(const float* image, std::int64_t phase_row, std::int64_t phase_col,
                       float* plane) const {
  // Plane column c holds pixel column c * stride - shift; columns [begin, end) are in the image.
  const std::int64_t shift = left - phase_col;
  const std::int64_t begin = std::clamp<std::int64_t>(ceil_div(shift, stride), 0, pitch);
  const std::int64_t end = std::clamp(ceil_div(width + shift, stride), begin, pitch);
  for (std::int64_t r = 0; r < rows; ++r, plane += pitch) {
    const std::int64_t h = r * stride + phase_row - top;
    if (h < 0 || h >= height) {
      std::fill_n(plane, pitch, 0.0f);
      continue;
    }
    const float* row = image + h * width;
    std::fill_n(plane, begin, 0.0f);
    if (stride == 1)
      std::memcpy(plane + begin, row + begin - shift,
                  static_cast<std::size_t>(end - begin) * sizeof(float));
    else
      for (std::int64_t c = begin; c < end; ++c) plane[c] = row[c * stride - shift];
    std::fill_n(plane + end, pitch - end, 0.0f);
  }
}

Planes::Planes(const PlaneLayout& layout, std::int64_t channels, std::int64_t phase_rows,
               std::int64_t phase_cols)
    : layout_(layout),
      channels_(channels),
      phase_rows_(phase_rows),
      phase_cols_(phase_cols),
      slack_(kernels().tile_cols + 2 * layout.pitch),
      data_(channels * channel_stride() + slack_) {
  std::fill_n(data_.data() + channels * channel_stride(), slack_, 0.0f);
}

void Planes::fill(const float* image) const {
  parallel_for(channels_, 8, [&](std::int64_t first, std::int64_t last) {
    for (auto c = first; c < last; ++c)
      for (std::int64_t a = 0; a < phase_rows_; ++a)
        for (std::int64_t b = 0; b < phase_cols_; ++b)
          layout_.fill(image + c * layout_.height * layout_.width, a, b,
                       data_.data() + c * channel_stride() + phase_offset(a, b));
  });
}

std::vector<std::int64_t> tap_offsets(const std::vector<Tap>& taps, std::int64_t channels,
                                      std::int64_t channel_stride) {
  std::vector<std::int64_t> offsets;
  offsets.reserve(taps.size() * static_cast<std::size_t>(channels));
  for (std::int64_t c = 0; c < channels; ++c)
    for (const Tap& tap : taps) offsets.push_back(c * channel_stride + tap.offset);
  return offsets;
}

Tensor with_contiguous_images(const Tensor& x) {
  return x.dim(0) > 0 && x.select(0, 0).is_contiguous() ? x : x.contiguous();
}

bool is_pointwise(const Conv2dParams& p, const Shape& w) {
  return w[2] == 1 && w[3] == 1 && p.stride == 1 && p.padding == 0;
}

PlaneLayout forward_layout(const Conv2dParams& p, const Shape& x, const Shape& w) {
  const std::int64_t oh = p.out_size(x[2], w[2]), ow = p.out_size(x[3], w[3]);
  const std::int64_t reach_h = (w[2] - 1) / p.stride, reach_w = (w[3] - 1) / p.stride;
  // With stride 1, columns right of the image are shared with those left of it in the next row.
  const std::int64_t right = ow + reach_w - p.padding - x[3];
  return {.height = x[2],
          .width = x[3],
          .stride = p.stride,
          .top = p.padding,
          .left = p.padding,
          .rows = oh + reach_h,
          .pitch = p.stride == 1 ? std::max(ow, x[3] + std::max(p.padding, right)) : ow + reach_w};
}

Planes forward_planes(const Conv2dParams& p, const PlaneLayout& layout, const Shape& w) {
  return Planes(layout, w[1], std::min(p.stride, w[2]), std::min(p.stride, w[3]));
}

std::vector<std::int64_t> forward_taps(const Conv2dParams& p, const PlaneLayout& layout,
                                       const Planes& planes, const Shape& w) {
  std::vector<Tap> taps;
  for (std::int64_t a = 0; a < w[2]; ++a)
    for (std::int64_t b = 0; b < w[3]; ++b)
      taps.push_back({a, b,
                      planes.phase_offset(a % p.stride, b % p.stride) +
                          a / p.stride * layout.pitch + b / p.stride});
  return tap_offsets(taps, w[1], planes.channel_stride());
}

}  // namespace odin::tensor::cpu
