#include <algorithm>
#include <cstring>
#include <vector>

#include "odin/tensor/backend/cpu/conv_planes.h"
#include "odin/tensor/backend/cpu/cpu_backend.h"
#include "odin/tensor/backend/cpu/gemm.h"
#include "odin/tensor/backend/cpu/kernels.h"
#include "odin/tensor/parallel.h"

// Convolution and its input gradient. Which algorithm:
//   1x1, stride 1, no padding   a product of matrices, [O,C] times [C,pixels] an image
//   everything else             the same product over shifted planes (conv_planes.h)
// The input gradient is a convolution of dy with the kernel turned round; with stride s each of the
// s x s phases of the input is one such convolution, with the taps of that phase alone.

namespace odin::tensor {

using namespace cpu;

namespace {

/// y[n] = weight x[n] for every image, where x[n] is [depth, pixels] and y[n] [rows, pixels].
void pointwise(const PackedRows& weight, const Tensor& x, Tensor& y) {
  const std::int64_t pixels = x.dim(2) * x.dim(3);
  const std::int64_t panels = (pixels + kPanelCols - 1) / kPanelCols;
  const float* in = x.data<float>();
  float* out = y.mutable_data<float>();
  parallel_for(x.dim(0) * panels, 1, [&](std::int64_t first, std::int64_t last) {
    for (auto i = first; i < last; ++i) {
      const std::int64_t n = i / panels, begin = i % panels * kPanelCols;
      gemm(weight, {in + n * x.strides()[0], pixels, 1}, begin,
           std::min(begin + kPanelCols, pixels), out + n * weight.rows() * pixels, pixels);
    }
  });
}

/// Where the results of a line of positions go: row r, column c of the line's plane is pixel
/// (r * stride + top, c * stride + left) of a channel; columns from `cols` on are thrown away.
struct Target {
  float* data;
  std::int64_t channel_size, row_size;
  std::int64_t stride, top, left;
  std::int64_t rows, cols;
};

/// Stores `count` results of one channel, the first at position `at` of the line.
void scatter(const float* results, std::int64_t at, std::int64_t count, std::int64_t pitch,
             const Target& to, std::int64_t channel) {
  float* out = to.data + channel * to.channel_size + to.top * to.row_size + to.left;
  std::int64_t r = at / pitch, c = at % pitch;
  for (std::int64_t i = 0; i < count && r < to.rows; ++r, c = 0) {
    const std::int64_t run = std::min(count - i, pitch - c);
    const std::int64_t keep = std::min(run, to.cols - c);
    float* row = out + r * to.stride * to.row_size + c * to.stride;
    if (to.stride == 1 && keep > 0)
      std::memcpy(row, results + i, static_cast<std::size_t>(keep) * sizeof(float));
    else
      for (std::int64_t j = 0; j < keep; ++j) row[j * to.stride] = results[i + j];
    i += run;
  }
}

/// The results for all positions of a line: weight times the planes shifted by `taps`.
void convolve_line(const PackedRows& weight, const float* planes,
                   const std::vector<std::int64_t>& taps, std::int64_t pitch, const Target& to) {
  const Kernels& k = kernels();
  const std::int64_t length = (to.rows - 1) * pitch + to.cols;
  const std::int64_t tiles = (length + k.tile_cols - 1) / k.tile_cols;
  parallel_for(tiles, 4, [&](std::int64_t first, std::int64_t last) {
    const Scratch results(k.tile_rows * k.tile_cols);
    for (auto t = first; t < last; ++t) {
      const std::int64_t at = t * k.tile_cols;
      for (std::int64_t g = 0; g < weight.groups(); ++g) {
        k.gemm_tile(weight.rows_in(g), weight.depth(), weight.group(g), planes + at, taps.data(),
                    results.data(), k.tile_cols, false);
        for (int r = 0; r < weight.rows_in(g); ++r)
          scatter(results.data() + r * k.tile_cols, at,
                  std::min<std::int64_t>(k.tile_cols, length - at), pitch, to,
                  weight.first_row(g) + r);
      }
    }
  });
}

/// The rows (or columns) of one phase of the input, and how far they reach into dy.
struct PhaseRange {
  std::int64_t taps;         ///< of the kernel, those at phase, phase + stride, ...
  std::int64_t first, last;  ///< plane rows inside the image; none if last < first
  std::int64_t size() const { return last - first + 1; }
};

PhaseRange phase_range(std::int64_t phase, std::int64_t size, std::int64_t kernel,
                       const Conv2dParams& p) {
  const std::int64_t first = p.padding <= phase ? 0 : (p.padding - phase + p.stride - 1) / p.stride;
  const std::int64_t end = size + p.padding - phase;
  return {(kernel - phase + p.stride - 1) / p.stride, first,
          end > 0 ? (end - 1) / p.stride : first - 1};
}

}  // namespace

void CpuBackend::conv2d(const Conv2dParams& p, const Tensor& x_any, const Tensor& w_any,
                        Tensor& y) const {
  if (x_any.dtype() != DType::f32) return ReferenceBackend::conv2d(p, x_any, w_any, y);
  const Tensor x = with_contiguous_images(x_any), w = w_any.contiguous();
  const std::int64_t depth = w.dim(1) * w.dim(2) * w.dim(3);
  const float* weight = w.data<float>();
  const PackedRows packed(w.dim(0), depth, [&](auto o, auto k) { return weight[o * depth + k]; });
  if (is_pointwise(p, w.shape())) return pointwise(packed, x, y);

  const PlaneLayout layout = forward_layout(p, x.shape(), w.shape());
  const auto image_size = x.strides()[0], result_size = y.numel() / y.dim(0);
  parallel_for(x.dim(0), 1, [&](std::int64_t first, std::int64_t last) {
    const Planes planes = forward_planes(p, layout, w.shape());
    const auto taps = forward_taps(p, layout, planes, w.shape());
    for (auto n = first; n < last; ++n) {
      planes.fill(x.data<float>() + n * image_size);
      convolve_line(packed, planes.data(), taps, layout.pitch,
                    {.data = y.mutable_data<float>() + n * result_size,
                     .channel_size = y.dim(2) * y.dim(3),
                     .row_size = y.dim(3),
                     .stride = 1,
                     .top = 0,
                     .left = 0,
                     .rows = y.dim(2),
                     .cols = y.dim(3)});
    }
  });
}

namespace {

/// The input gradient of one phase: which part of dx it is, and the taps that lead there.
struct PhaseGrad {
  PackedRows weight;
  std::vector<std::int64_t> taps;
  std::int64_t start;  ///< in a plane of dy: what the phase's first pixel reads with offset 0
  std::int64_t top, left, rows, cols;  ///< first pixel in dx, and how many there are
};

PackedRows pack_phase(const Tensor& w, const std::vector<Tap>& taps) {
  const float* weight = w.data<float>();
  const auto strides = w.strides();
  const auto count = static_cast<std::int64_t>(taps.size());
  return PackedRows(w.dim(1), w.dim(0) * count, [&](auto c, auto k) {
    const Tap& tap = taps[static_cast<std::size_t>(k % count)];
    return weight[k / count * strides[0] + c * strides[1] + tap.a * strides[2] + tap.b];
  });
}

/// dx at plane row r of a phase is the sum over its taps i of dy at row r - i. So the planes of dy
/// start `reach` rows above the first row that any phase has, and the phases share them.
struct InputGradPlan {
  PlaneLayout layout;
  std::vector<PhaseGrad> phases;
};

InputGradPlan plan_input_grad(const Conv2dParams& p, const Shape& dy, const Tensor& w,
                              const Shape& dx) {
  const std::int64_t s = p.stride;
  const std::int64_t reach_h = (w.dim(2) - 1) / s, reach_w = (w.dim(3) - 1) / s;
  std::vector<PhaseRange> rows, cols;
  std::int64_t first_row = dx[2], last_row = 0, first_col = dx[3], last_col = 0;
  for (std::int64_t phase = 0; phase < s; ++phase) {
    rows.push_back(phase_range(phase, dx[2], w.dim(2), p));
    cols.push_back(phase_range(phase, dx[3], w.dim(3), p));
    first_row = std::min(first_row, rows.back().first);
    last_row = std::max(last_row, rows.back().last);
    first_col = std::min(first_col, cols.back().first);
    last_col = std::max(last_col, cols.back().last);
  }
  const std::int64_t top = reach_h - first_row, left = reach_w - first_col;
  const std::int64_t right = last_col + 1 - dy[3];
  InputGradPlan plan{.layout = {.height = dy[2],
                                .width = dy[3],
                                .stride = 1,
                                .top = top,
                                .left = left,
                                .rows = last_row + top + 1,
                                .pitch = dy[3] + std::max({left, right, std::int64_t{0}})},
                     .phases = {}};
  const std::int64_t pitch = plan.layout.pitch;
  for (std::int64_t a = 0; a < s; ++a)
    for (std::int64_t b = 0; b < s; ++b) {
      const PhaseRange &h = rows[static_cast<std::size_t>(a)],
                       &v = cols[static_cast<std::size_t>(b)];
      std::vector<Tap> taps;
      for (std::int64_t i = 0; i < h.taps; ++i)
        for (std::int64_t j = 0; j < v.taps; ++j)
          taps.push_back({i * s + a, j * s + b, (reach_h - i) * pitch + reach_w - j});
      if (taps.empty() || h.size() <= 0 || v.size() <= 0) continue;
      plan.phases.push_back({.weight = pack_phase(w, taps),
                             .taps = tap_offsets(taps, dy[1], plan.layout.plane_size()),
                             .start = (h.first - first_row) * pitch + v.first - first_col,
                             .top = h.first * s + a - p.padding,
                             .left = v.first * s + b - p.padding,
                             .rows = h.size(),
                             .cols = v.size()});
    }
  return plan;
}

}  // namespace

void CpuBackend::conv2d_input_grad(const Conv2dParams& p, const Tensor& dy_any, const Tensor& w_any,
                                   Tensor& dx) const {
  if (dy_any.dtype() != DType::f32)
    return ReferenceBackend::conv2d_input_grad(p, dy_any, w_any, dx);
  const Tensor dy = with_contiguous_images(dy_any), w = w_any.contiguous();
  if (is_pointwise(p, w.shape())) {
    const float* weight = w.data<float>();
    const std::int64_t channels = w.dim(1);
    const PackedRows packed(channels, w.dim(0),
                            [&](auto c, auto o) { return weight[o * channels + c]; });
    return pointwise(packed, dy, dx);
  }

  const InputGradPlan plan = plan_input_grad(p, dy.shape(), w, dx.shape());
  if (p.stride > 1) fill(dx, 0);  // pixels that the kernel steps over
  const auto image_size = dx.numel() / dx.dim(0), grad_size = dy.strides()[0];
  parallel_for(dx.dim(0), 1, [&](std::int64_t first, std::int64_t last) {
    const Planes planes(plan.layout, dy.dim(1));
    for (auto n = first; n < last; ++n) {
      planes.fill(dy.data<float>() + n * grad_size);
      for (const PhaseGrad& phase : plan.phases)
        convolve_line(phase.weight, planes.data() + phase.start, phase.taps, plan.layout.pitch,
                      {.data = dx.mutable_data<float>() + n * image_size,
                       .channel_size = dx.dim(2) * dx.dim(3),
                       .row_size = dx.dim(3),
                       .stride = p.stride,
                       .top = phase.top,
                       .left = phase.left,
                       .rows = phase.rows,
                       .cols = phase.cols});
    }
  });
}

}  // namespace odin::tensor
