#include <algorithm>
#include <utility>
#include <vector>

#include "odin/tensor/backend/cpu/column_winograd.h"
#include "odin/tensor/backend/cpu/conv.h"
#include "odin/tensor/backend/cpu/cpu_backend.h"
#include "odin/tensor/backend/cpu/depthwise.h"
#include "odin/tensor/backend/cpu/phases.h"
#include "odin/tensor/backend/cpu/winograd.h"
#include "odin/tensor/parallel.h"

// The gradient of a convolution with respect to its input is a convolution of dy with the kernel
// rotated by 180 degrees (flipped). With stride s, the input pixels fall into s x s phases
// (remainders modulo s). Each phase is one such convolution, with only the kernel positions of this
// phase (phases.h). With both a stride and a dilation, dy is spread first: zeros between its pixels
// stand for the stride.

namespace odin::tensor::cpu {
namespace {

/// The kernel positions of a phase, rotated by 180 degrees, packed; rows are input channels.
/// Cached.
std::shared_ptr<const PackedRows> pack_phase(const Tensor& w, const Phase& h, const Phase& v,
                                             std::int64_t group) {
  const DerivedKey key{&kPhaseRows, {group, h.stride, v.stride, h.offset, v.offset}};
  return derived<PackedRows>({&w}, key, [&] {
    const float* from = w.data<float>();
    const Strides& step = w.strides();
    return PackedRows(w.dim(1), w.dim(0) * h.taps * v.taps, [&, from](auto c, auto k) {
      const std::int64_t a = h.flipped(k / v.taps % h.taps), b = v.flipped(k % v.taps);
      return from[k / (v.taps * h.taps) * step[0] + c * step[1] + a * step[2] + b * step[3]];
    });
  });
}

/// The convolution of a phase; where each result reads one pixel, its own, a matrix product,
/// for which a large weight is used where it lies.
void multiply_phase(const Tensor& dy, const Tensor& w, const Phase& h, const Phase& v,
                    std::int64_t group, const BatchOutput& output) {
  const Windows windows = windows_of(h, v, dy.shape());
  const bool pointwise = windows.kernel_h == 1 && windows.kernel_w == 1 && windows.top == 0 &&
                         windows.left == 0 && windows.rows == dy.dim(2) &&
                         windows.cols == dy.dim(3);
  const std::int64_t images = dy.dim(0), pixels = dy.dim(2) * dy.dim(3);
  if (!pointwise)
    return multiply_windows(*pack_phase(w, h, v, group), windows, Images(dy), {}, images, output);
  if (is_large_factor(w.numel()) && w.dim(2) == 1 && w.dim(3) == 1)
    return multiply_pixels(PackedRows::column_major(w.data<float>(), w.dim(1), w.dim(0)),
                           Images(dy), {}, images, pixels, output);
  multiply_pixels(*pack_phase(w, h, v, group), Images(dy), {}, images, pixels, output);
}

/// dy with zeros between its pixels, so that a stride of 1 remains.
Tensor spread(const Tensor& dy, const Size2d& stride) {
  Tensor wide = dy.new_zeros(
      {dy.dim(0), dy.dim(1), (dy.dim(2) - 1) * stride.h + 1, (dy.dim(3) - 1) * stride.w + 1});
  const std::int64_t width = wide.dim(3), pixels = wide.dim(2) * width;
  const float* from = dy.data<float>();
  float* to = wide.backend_data<float>();
  parallel_for(dy.dim(0) * dy.dim(1), 16, [&](std::int64_t first, std::int64_t last) {
    for (auto plane = first; plane < last; ++plane)
      for (std::int64_t r = 0; r < dy.dim(2); ++r)
        for (std::int64_t c = 0; c < dy.dim(3); ++c)
          to[plane * pixels + r * stride.h * width + c * stride.w] =
              from[(plane * dy.dim(2) + r) * dy.dim(3) + c];
  });
  return wide;
}

/// Whether phases are joined: not in the browser, where the code would be downloaded.
#ifdef __EMSCRIPTEN__
constexpr bool kJoinsPhases = false;
#else
constexpr bool kJoinsPhases = true;
#endif

/// All phases of an image of few channels as one convolution of dy, whose results are the phases of
/// each channel: a tile of three rows takes nearly the time of one of twelve. A phase does not read
/// some of the pixels that others read: there its kernel is 0.
class JointPhases {
 public:
  JointPhases(const Conv2dParams& p, const Shape& x, const Tensor& w) : p_(p), w_(w) {
    for_each_phase(p, x, w.shape(),
                   [&](const Phase& h, const Phase& v) { phases_.emplace_back(h, v); });
  }

  /// Whether there are all, equally large, and a tile has room for the phases of all channels.
  bool suit() const {
    const auto all = std::min(p_.stride.h, w_.dim(2)) * std::min(p_.stride.w, w_.dim(3));
    const auto as_large = [&](const auto& phase) {
      return phase.first.count == phases_[0].first.count &&
             phase.second.count == phases_[0].second.count;
    };
    return w_.dim(1) <= 4 && std::ssize(phases_) == all && std::ranges::all_of(phases_, as_large);
  }

  /// Writes the gradient with respect to map(x) into g [N,C,H,W]. g must be 0.
  void compute(const Tensor& dy, std::int64_t group, Tensor& g) const {
    const std::int64_t count = std::ssize(phases_), channels = g.dim(1);
    const Windows all = windows(dy.shape());
    Tensor parts = Tensor::empty({g.dim(0), channels * count, all.rows, all.cols});
    multiply_windows(*pack(all, group), all, Images(dy), {}, dy.dim(0),
                     BatchOutput(parts, ConvEnd()));
    const std::int64_t pixels = g.dim(2) * g.dim(3), part = all.rows * all.cols;
    const float* from = parts.data<float>();
    float* to = g.backend_data<float>();
    parallel_for(g.dim(0) * channels, 1, [&](std::int64_t first, std::int64_t last) {
      for (auto plane = first; plane < last; ++plane)
        for (std::int64_t i = 0; i < count; ++i) {
          const auto& [h, v] = phases_[static_cast<std::size_t>(i)];
          scatter_phase(h, v, g.dim(3), from + (plane * count + i) * part,
                        to + plane / channels * g.strides()[0] + plane % channels * pixels);
        }
    });
  }

 private:
  /// What all phases read together.
  Windows windows(const Shape& dy) const {
    Windows all = windows_of(phases_[0].first, phases_[0].second, dy);
    std::int64_t bottom = 0, right = 0;  // the last pixel that result 0 reads
    for (const auto& [h, v] : phases_) {
      all.top = std::max(all.top, h.before());
      all.left = std::max(all.left, v.before());
      bottom = std::max(bottom, h.first);
      right = std::max(right, v.first);
    }
    all.kernel_h = all.top + bottom + 1;
    all.kernel_w = all.left + right + 1;
    return all;
  }

  std::shared_ptr<const PackedRows> pack(const Windows& all, std::int64_t group) const {
    const DerivedKey key{&kJointRows,
                         {group, p_.stride.h, p_.stride.w, p_.padding.top, p_.padding.left}};
    return derived<PackedRows>({&w_}, key, [&] {
      const std::int64_t count = std::ssize(phases_), cols = all.kernel_w,
                         taps = all.kernel_h * cols;
      return PackedRows(w_.dim(1) * count, w_.dim(0) * taps, [&](auto row, auto k) {
        const auto& [h, v] = phases_[static_cast<std::size_t>(row % count)];
        const std::int64_t a = k % taps / cols - all.top + h.before(),
                           b = k % cols - all.left + v.before();
        if (a < 0 || a >= h.taps || b < 0 || b >= v.taps) return 0.0f;
        const Strides& step = w_.strides();
        return w_.data<float>()[k / taps * step[0] + row / count * step[1] +
                                h.flipped(a) * step[2] + v.flipped(b) * step[3]];
      });
    });
  }

  const Conv2dParams& p_;
  const Tensor& w_;
  std::vector<std::pair<Phase, Phase>> phases_;
};

/// Writes the gradient with respect to map(x) into g [N,C,H,W], phase by phase. g must be 0.
void strided_input_grad(const Conv2dParams& p, const Tensor& dy, const Tensor& w,
                        std::int64_t group, Tensor& g) {
  if constexpr (kJoinsPhases)
    if (const JointPhases joint(p, g.shape(), w); joint.suit()) return joint.compute(dy, group, g);
  for_each_phase(p, g.shape(), w.shape(), [&](const Phase& h, const Phase& v) {
    Tensor part = Tensor::empty({g.dim(0), g.dim(1), h.count, v.count});
    multiply_phase(dy, w, h, v, group, BatchOutput(part, ConvEnd()));
    const std::int64_t pixels = g.dim(2) * g.dim(3), image = g.strides()[0];
    const float* from = part.data<float>();
    float* to = g.backend_data<float>();
    parallel_for(g.dim(0) * g.dim(1), 16, [&](std::int64_t first, std::int64_t last) {
      for (auto plane = first; plane < last; ++plane)
        scatter_phase(h, v, g.dim(3), from + plane * h.count * v.count,
                      to + plane / g.dim(1) * image + plane % g.dim(1) * pixels);
    });
  });
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

/// The input gradient of one group, stride 1. `x` is that of `output`.
void group_input_grad(const Conv2dParams& p, const Tensor& dy, const Tensor& w, std::int64_t group,
                      const Shape& x, const BatchOutput& output) {
  if (Winograd::suits_gradients(p, w.shape(), x[2], x[3])) {
    const auto weight =
        derived<Winograd>({&w}, {&kBackwardWinograd, {group}}, [&] { return Winograd(w, true); });
    return weight->convolve(Images(dy), {}, dy.dim(0), dy.dim(2), dy.dim(3), output);
  }
  if (ColumnWinograd::suits(p, w.shape(), dy.dim(3))) {
    const auto weight = derived<ColumnWinograd>({&w}, {&kBackwardColumns, {group}},
                                                [&] { return ColumnWinograd(w, true); });
    return weight->convolve(Images(dy), {}, dy.dim(0), dy.dim(2), dy.dim(3), output);
  }
  const Phase h = rows_phase(0, p, x, w.shape()), v = columns_phase(0, p, x, w.shape());
  multiply_phase(dy, w, h, v, group, output);
}

/// The gradient with respect to map(x), of all groups.
Tensor mapped_input_grad(const Conv2dParams& p, const Tensor& dy, const Tensor& w, const Shape& x) {
  Tensor all = Tensor::zeros(x);
  if (is_depthwise(p, w.shape())) {
    depthwise_input_grad(p, dy, w, all);
    return all;
  }
  for (std::int64_t g = 0; g < p.groups; ++g) {
    const Group group(p, g);
    Tensor part = group.of_channels(all);
    const Tensor dy_part = group.of_channels(dy), w_part = group.of_outputs(w);
    if (p.stride == 1)
      group_input_grad(group.params(), dy_part, w_part, g, part.shape(),
                       BatchOutput(part, ConvEnd()));
    else
      strided_input_grad(group.params(), dy_part, w_part, g, part);
  }
  return all;
}

void conv2d_input_grad(const Conv2dParams& given, const Tensor& dy_any, const Tensor& w_any,
                       const MapGrad& through, Tensor& dx, Tensor& sum_g, Tensor& sum_gx) {
  if (dy_any.dtype() != DType::f32)
    return reference_backend().conv2d_input_grad(given, dy_any, w_any, through, dx, sum_g, sum_gx);
  Tensor dy = with_contiguous_images(dy_any);
  const Tensor w = w_any.contiguous();
  const Tensor x = through.x.defined() ? with_contiguous_images(through.x) : Tensor();
  const BatchOutput output(dx, through, x);
  Conv2dParams p = given;
  if (p.stride != 1 && p.dilation != 1) {
    dy = spread(dy.contiguous(), p.stride);
    p.stride = 1;
  }
  if (p.stride == 1 && p.groups == 1)
    group_input_grad(p, dy, w, 0, dx.shape(), output);
  else
    carry_back(mapped_input_grad(p, dy, w, dx.shape()), output);
  output.finish(sum_g, sum_gx);
}

}  // namespace

void add_conv_input_grad(Backend& b) { b.conv2d_input_grad = conv2d_input_grad; }

}  // namespace odin::tensor::cpu
