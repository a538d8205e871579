#include <algorithm>

#include "odin/tensor/backend/cpu/column_winograd.h"
#include "odin/tensor/backend/cpu/conv.h"
#include "odin/tensor/backend/cpu/cpu_backend.h"
#include "odin/tensor/backend/cpu/winograd.h"
#include "odin/tensor/parallel.h"

// The gradient of a convolution with respect to its input is a convolution of dy with the kernel
// rotated by 180 degrees (flipped). With stride s, the input pixels fall into s x s phases
// (remainders modulo s). Each phase is one such convolution, with only the kernel positions of this
// phase: pixel t s + phase - padding receives dy[t - i] w[i s + phase] for all i.

namespace odin::tensor::cpu {
namespace {

/// One phase of one dimension.
struct Phase {
  std::int64_t offset;        ///< its kernel positions: offset, offset + stride, ...
  std::int64_t taps;          ///< their number
  std::int64_t first, count;  ///< the values of t in the image

  std::int64_t pixel(std::int64_t stride, std::int64_t padding) const {
    return first * stride + offset - padding;
  }
};

Phase phase_of(std::int64_t offset, std::int64_t size, std::int64_t kernel, const Conv2dParams& p) {
  const std::int64_t first =
      p.padding <= offset ? 0 : (p.padding - offset + p.stride - 1) / p.stride;
  const std::int64_t end = size + p.padding - offset;  // t stride < end
  const std::int64_t last = end > 0 ? (end - 1) / p.stride : -1;
  return {offset, (kernel - offset + p.stride - 1) / p.stride, first,
          std::max<std::int64_t>(0, last + 1 - first)};
}

/// The kernel positions of a phase, rotated by 180 degrees, packed; rows are input channels.
/// Cached.
std::shared_ptr<const PackedRows> pack_phase(const Tensor& w, const Phase& h, const Phase& v,
                                             std::int64_t stride) {
  const DerivedKey key{&kPhaseRows, {stride, h.offset, v.offset}};
  return derived<PackedRows>({&w}, key, [&] {
    const float* from = w.data<float>();
    const Strides& step = w.strides();
    return PackedRows(w.dim(1), w.dim(0) * h.taps * v.taps, [&, from](auto c, auto k) {
      const std::int64_t a = h.offset + (h.taps - 1 - k / v.taps % h.taps) * stride;
      const std::int64_t b = v.offset + (v.taps - 1 - k % v.taps) * stride;
      return from[k / (v.taps * h.taps) * step[0] + c * step[1] + a * step[2] + b * step[3]];
    });
  });
}

Windows windows_of(const Phase& h, const Phase& v, const Shape& dy) {
  return {.height = dy[2],
          .width = dy[3],
          .rows = h.count,
          .cols = v.count,
          .kernel_h = h.taps,
          .kernel_w = v.taps,
          .stride = 1,
          .top = h.taps - 1 - h.first,
          .left = v.taps - 1 - v.first};
}

/// Writes the gradient with respect to map(x) into g [N,C,H,W], phase by phase. g must be 0.
void strided_input_grad(const Conv2dParams& p, const Tensor& dy, const Tensor& w, Tensor& g) {
  for (std::int64_t a = 0; a < std::min(p.stride, w.dim(2)); ++a)
    for (std::int64_t b = 0; b < std::min(p.stride, w.dim(3)); ++b) {
      const Phase h = phase_of(a, g.dim(2), w.dim(2), p), v = phase_of(b, g.dim(3), w.dim(3), p);
      if (h.count == 0 || v.count == 0) continue;
      Tensor part = Tensor::empty({g.dim(0), g.dim(1), h.count, v.count});
      multiply_windows(*pack_phase(w, h, v, p.stride), windows_of(h, v, dy.shape()), Images(dy), {},
                       dy.dim(0), BatchOutput(part, Tensor()));
      const std::int64_t width = g.dim(3), pixels = g.dim(2) * width;
      const std::int64_t start =
          h.pixel(p.stride, p.padding) * width + v.pixel(p.stride, p.padding);
      const float* from = part.data<float>();
      float* to = g.backend_data<float>();
      parallel_for(g.dim(0) * g.dim(1), 16, [&](std::int64_t first, std::int64_t last) {
        for (auto plane = first; plane < last; ++plane)
          for (std::int64_t r = 0; r < h.count; ++r)
            for (std::int64_t c = 0; c < v.count; ++c)
              to[plane * pixels + start + (r * width + c) * p.stride] =
                  from[(plane * h.count + r) * v.count + c];
      });
    }
}

/// dx = g propagated through the channel map (MapGrad).
void carry_back(const Tensor& g, const BatchOutput& output) {
  const std::int64_t channels = g.dim(1), pixels = g.dim(2) * g.dim(3);
  const Images from(g);
  parallel_for(g.dim(0), 1, [&](std::int64_t first, std::int64_t last) {
    for (auto n = first; n < last; ++n) {
      kernels().carry_back(
          output[n].rows(0, static_cast<int>(channels), 0, pixels, from[n], pixels));
    }
  });
}

void conv2d_input_grad(const Conv2dParams& p, const Tensor& dy_any, const Tensor& w_any,
                       const MapGrad& through, Tensor& dx, Tensor& sum_g, Tensor& sum_gx) {
  if (dy_any.dtype() != DType::f32)
    return reference_backend().conv2d_input_grad(p, dy_any, w_any, through, dx, sum_g, sum_gx);
  const Tensor dy = with_contiguous_images(dy_any), w = w_any.contiguous();
  const Tensor x = through.x.defined() ? with_contiguous_images(through.x) : Tensor();
  const BatchOutput output(dx, through, x);
  if (p.stride > 1) {
    Tensor g = Tensor::zeros(dx.shape());
    strided_input_grad(p, dy, w, g);
    carry_back(g, output);
  } else if (Winograd::suits(p, w.shape())) {
    const auto weight =
        derived<Winograd>({&w}, {&kBackwardWinograd}, [&] { return Winograd(w, true); });
    weight->convolve(Images(dy), {}, dy.dim(0), dy.dim(2), dy.dim(3), output);
  } else if (ColumnWinograd::suits(p, w.shape(), dy.dim(3))) {
    const auto weight =
        derived<ColumnWinograd>({&w}, {&kBackwardColumns}, [&] { return ColumnWinograd(w, true); });
    weight->convolve(Images(dy), {}, dy.dim(0), dy.dim(2), dy.dim(3), output);
  } else {
    const Phase h = phase_of(0, dx.dim(2), w.dim(2), p), v = phase_of(0, dx.dim(3), w.dim(3), p);
    const auto weight = pack_phase(w, h, v, 1);
    if (is_pointwise(p, w.shape()))
      multiply_pixels(*weight, Images(dy), {}, dy.dim(0), dy.dim(2) * dy.dim(3), output);
    else
      multiply_windows(*weight, windows_of(h, v, dy.shape()), Images(dy), {}, dy.dim(0), output);
  }
  output.finish(sum_g, sum_gx);
}

}  // namespace

void add_conv_input_grad(Backend& b) { b.conv2d_input_grad = conv2d_input_grad; }

}  // namespace odin::tensor::cpu
