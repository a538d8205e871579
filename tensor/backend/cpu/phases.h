#pragma once

#include <algorithm>
#include <cstdint>

#include "odin/tensor/backend/cpu/conv_windows.h"
#include "odin/tensor/params.h"
#include "odin/tensor/shape.h"

// The input gradient of a convolution with stride s, in one direction: input pixel
// t s + offset - padding receives dy[t - i] w[i s + offset] for all i. The pixels of one offset
// (0 <= offset < s) are a phase, a convolution of stride 1.

namespace odin::tensor::cpu {

/// One phase of one dimension. With stride 1 there is one, with all kernel positions, which may be
/// dilated.
struct Phase {
  std::int64_t stride, dilation, padding;
  std::int64_t offset;        ///< its kernel positions: offset, offset + stride, ...
  std::int64_t taps;          ///< their number
  std::int64_t first, count;  ///< the values of t in the image

  Phase(std::int64_t of, std::int64_t size, std::int64_t kernel, std::int64_t step,
        std::int64_t distance, std::int64_t before)
      : stride(step),
        dilation(distance),
        padding(before),
        offset(of),
        taps((kernel - of + step - 1) / step),
        first(before <= of ? 0 : (before - of + step - 1) / step) {
    const std::int64_t end = size + padding - offset;  // t stride < end
    const std::int64_t last = end > 0 ? (end - 1) / stride : -1;
    count = std::max<std::int64_t>(0, last + 1 - first);
  }

  /// The first pixel of the phase.
  std::int64_t pixel() const { return first * stride + offset - padding; }
  /// The i-th kernel position, in reverse order.
  std::int64_t flipped(std::int64_t i) const { return offset + (taps - 1 - i) * stride; }
  /// Where the first window starts, before pixel 0 of dy.
  std::int64_t before() const { return (taps - 1) * dilation - first; }
};

/// Phases of the rows and of the columns of an image x [N,C,H,W].
inline Phase rows_phase(std::int64_t offset, const Conv2dParams& p, const Shape& x,
                        const Shape& w) {
  return {offset, x[2], w[2], p.stride.h, p.dilation.h, p.padding.top};
}
inline Phase columns_phase(std::int64_t offset, const Conv2dParams& p, const Shape& x,
                           const Shape& w) {
  return {offset, x[3], w[3], p.stride.w, p.dilation.w, p.padding.left};
}

/// Calls f(rows, columns) for all pairs of phases that have pixels.
template <class F>
void for_each_phase(const Conv2dParams& p, const Shape& x, const Shape& w, F&& f) {
  for (std::int64_t a = 0; a < std::min(p.stride.h, w[2]); ++a)
    for (std::int64_t b = 0; b < std::min(p.stride.w, w[3]); ++b) {
      const Phase h = rows_phase(a, p, x, w), v = columns_phase(b, p, x, w);
      if (h.count > 0 && v.count > 0) f(h, v);
    }
}

/// The phase's convolution of dy.
inline Windows windows_of(const Phase& h, const Phase& v, const Shape& dy) {
  return {.height = dy[2],
          .width = dy[3],
          .rows = h.count,
          .cols = v.count,
          .kernel_h = h.taps,
          .kernel_w = v.taps,
          .top = h.before(),
          .left = v.before(),
          .dilation = {h.dilation, v.dilation}};
}

/// Writes the pixels of a phase, [h.count, v.count], to their places in an image of this width.
inline void scatter_phase(const Phase& h, const Phase& v, std::int64_t width, const float* from,
                          float* image) {
  float* to = image + h.pixel() * width + v.pixel();
  for (std::int64_t r = 0; r < h.count; ++r)
    for (std::int64_t c = 0; c < v.count; ++c)
      to[(r * h.stride * width) + c * v.stride] = from[r * v.count + c];
}

}  // namespace odin::tensor::cpu
