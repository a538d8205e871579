#include "odin/tensor/backend/cpu/depthwise_band.h"

#include <algorithm>
#include <optional>

namespace odin::tensor::cpu {
namespace {

/// The row of the input at which the windows of this row of results start; it may be outside.
std::int64_t first_read(const Windows& w, std::int64_t row) { return row * w.stride.h - w.top; }

/// The windows of rows [first, last) alone, in the rows of the input that they read.
Windows windows_of_rows(const Windows& all, std::int64_t first, std::int64_t last) {
  const std::int64_t begin = first_read(all, first),
                     top = std::clamp<std::int64_t>(begin, 0, all.height);
  const std::int64_t end = first_read(all, last - 1) + (all.kernel_h - 1) * all.dilation.h + 1;
  Windows rows = all;
  rows.height = std::clamp(end, top, all.height) - top;
  rows.rows = last - first;
  rows.top = top - begin;
  return rows;
}

}  // namespace

DepthwiseConv::DepthwiseConv(const Conv2dParams& p, const Shape& x, const Tensor& w,
                             const ConvEnd& end)
    : windows_(Windows::forward(p, x, w.shape())),
      taps_(w.dim(2) * w.dim(3)),
      weights_(w.data<float>()),
      bias_(end.bias.defined() ? end.bias.data<float>() : nullptr),
      activation_(end.activation) {}

DepthwiseBand::DepthwiseBand(const DepthwiseConv& conv, std::int64_t first, std::int64_t last)
    : conv_(conv),
      first_(first),
      top_(std::clamp<std::int64_t>(first_read(conv.windows_, first), 0, conv.windows_.height)),
      windows_(windows_of_rows(conv.windows_, first, last)),
      image_(windows_),
      rows_(image_.tap_rows()) {
  rows_.end = {conv.activation_, nullptr};
}

DepthwiseBand DepthwiseBand::of(const DepthwiseConv& conv, std::int64_t band, std::int64_t bands) {
  const std::int64_t rows = conv.windows_.rows;
  return {conv, rows * band / bands, rows * (band + 1) / bands};
}

void DepthwiseBand::compute(std::int64_t o, const float* rows, std::int64_t readable,
                            const float* add, float* y) {
  const Activation& f = conv_.activation_;
  const std::int64_t before = first_ * windows_.cols, count = windows_.rows * windows_.cols;
  std::optional<Scratch> kept;
  if (add == y) {
    kept.emplace(count);
    std::copy_n(add + before, count, kept->data());
  }
  image_.fill(rows, readable);
  rows_.weights = conv_.weights_ + o * conv_.taps_;
  rows_.add = kept ? kept->data() : add ? add + before : nullptr;
  rows_.y = y + before;
  if (conv_.bias_) rows_.end.bias = conv_.bias_ + o;
  kernels().tap_rows(rows_);
  if (!SumEnd::is_whole(f)) kernels().activation(f, count, y + before, y + before);
}

}  // namespace odin::tensor::cpu
