#include <algorithm>
#include <vector>

#include "odin/tensor/backend/cpu/conv_planes.h"
#include "odin/tensor/backend/cpu/cpu_backend.h"
#include "odin/tensor/backend/cpu/gemm.h"
#include "odin/tensor/backend/cpu/kernels.h"
#include "odin/tensor/parallel.h"

// dw[o,c,a,b] is the dot product of channel o of dy with channel c of x shifted by tap (a,b). Over
// the planes of conv_planes.h both are contiguous lines: dy is laid out with the pitch of x's
// planes, its columns between the image and the pitch being 0.
//
// Images are summed in a fixed number of parts, so that the order of additions, and with it the
// result to the last bit, does not depend on the number of threads.

namespace odin::tensor {

using namespace cpu;

namespace {

struct WeightGradShape {
  std::int64_t outputs, depth;  ///< dw is [outputs, depth]
  std::int64_t length;          ///< of a line, a multiple of the lanes
};

/// dw += the dot products of one image's lines.
void accumulate_image(const WeightGradShape& shape, const float* dy, const float* x,
                      const std::vector<std::int64_t>& taps, float* dw) {
  const Kernels& k = kernels();
  const std::int64_t columns = (shape.depth + k.dot_cols - 1) / k.dot_cols;
  parallel_for(columns, 1, [&](std::int64_t first, std::int64_t last) {
    for (auto t = first; t < last; ++t) {
      const std::int64_t j = t * k.dot_cols;
      const int cols = static_cast<int>(std::min<std::int64_t>(k.dot_cols, shape.depth - j));
      for (std::int64_t o = 0; o < shape.outputs; o += k.dot_rows) {
        const int rows = static_cast<int>(std::min<std::int64_t>(k.dot_rows, shape.outputs - o));
        k.dot_tile(rows, cols, shape.length, dy + o * shape.length, shape.length, x,
                   taps.data() + j, dw + o * shape.depth + j, shape.depth);
      }
    }
  });
}

/// Eight parts, or fewer where the partial sums of large weights would take over 32 MB.
std::int64_t parts_for(std::int64_t images, std::int64_t weights) {
  return std::min<std::int64_t>(images, std::clamp<std::int64_t>((8 << 20) / weights, 1, 8));
}

}  // namespace

void CpuBackend::conv2d_weight_grad(const Conv2dParams& p, const Tensor& x_any,
                                    const Tensor& dy_any, Tensor& dw) const {
  if (x_any.dtype() != DType::f32)
    return ReferenceBackend::conv2d_weight_grad(p, x_any, dy_any, dw);
  const Tensor x = with_contiguous_images(x_any), dy = with_contiguous_images(dy_any);
  const std::int64_t lanes = kernels().lanes, images = x.dim(0);
  const PlaneLayout layout = forward_layout(p, x.shape(), dw.shape());
  const std::int64_t line = (dy.dim(2) * layout.pitch + lanes - 1) / lanes * lanes;
  const WeightGradShape shape{dw.dim(0), dw.numel() / dw.dim(0), line};
  const PlaneLayout dy_layout{
      .height = dy.dim(2), .width = dy.dim(3), .rows = dy.dim(2), .pitch = layout.pitch};
  const auto x_size = x.strides()[0], dy_size = dy.strides()[0];
  const std::int64_t parts = parts_for(images, dw.numel());
  const Scratch sums(parts * dw.numel());
  std::fill_n(sums.data(), parts * dw.numel(), 0.0f);

  parallel_for(parts, 1, [&](std::int64_t first, std::int64_t last) {
    const Planes planes = forward_planes(p, layout, dw.shape());
    const auto taps = forward_taps(p, layout, planes, dw.shape());
    const Scratch lines(shape.outputs * line);
    for (auto part = first; part < last; ++part)
      for (auto n = images * part / parts; n < images * (part + 1) / parts; ++n) {
        planes.fill(x.data<float>() + n * x_size);
        for (std::int64_t o = 0; o < shape.outputs; ++o) {
          float* to = lines.data() + o * line;
          dy_layout.fill(dy.data<float>() + n * dy_size + o * dy.dim(2) * dy.dim(3), 0, 0, to);
          std::fill(to + dy_layout.plane_size(), to + line, 0.0f);
        }
        accumulate_image(shape, lines.data(), planes.data(), taps, sums.data() + part * dw.numel());
      }
  });
  float* out = dw.mutable_data<float>();
  parallel_for(dw.numel(), 1 << 14, [&](std::int64_t first, std::int64_t last) {
    std::copy(sums.data() + first, sums.data() + last, out + first);
    for (std::int64_t part = 1; part < parts; ++part)
      for (auto i = first; i < last; ++i) out[i] += sums.data()[part * dw.numel() + i];
  });
}

}  // namespace odin::tensor
