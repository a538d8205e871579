#include <algorithm>

#include "odin/tensor/backend/cpu/cpu_backend.h"
#include "odin/tensor/parallel.h"

// 2x2 pooling, as between DenseNet's blocks; other windows use the reference. It is bound by memory
// bandwidth, so the compiler's vectorization is sufficient.

namespace odin::tensor::cpu {
namespace {

bool is_2x2(const Pool2dParams& p, const Tensor& x) {
  return p.kernel == 2 && p.stride == 2 && x.dtype() == DType::f32;
}

void avg_pool2d(const Pool2dParams& p, const Tensor& x_any, Tensor& y) {
  if (!is_2x2(p, x_any)) return reference_backend().avg_pool2d(p, x_any, y);
  const Tensor x = x_any.contiguous();
  const float* in = x.data<float>();
  float* out = y.backend_data<float>();
  const auto h = x.dim(2), w = x.dim(3), oh = y.dim(2), ow = y.dim(3);
  parallel_for(x.dim(0) * x.dim(1), 1 + 16384 / (h * w), [&](auto first, auto last) {
    for (auto plane = first; plane < last; ++plane)
      for (std::int64_t i = 0; i < oh; ++i) {
        const float* top = in + (plane * h + 2 * i) * w;
        const float* bottom = top + w;
        float* row = out + (plane * oh + i) * ow;
        for (std::int64_t j = 0; j < ow; ++j)
          row[j] = 0.25f * ((top[2 * j] + top[2 * j + 1]) + (bottom[2 * j] + bottom[2 * j + 1]));
      }
  });
}

void avg_pool2d_grad(const Pool2dParams& p, const Tensor& dy_any, Tensor& dx) {
  if (!is_2x2(p, dy_any)) return reference_backend().avg_pool2d_grad(p, dy_any, dx);
  const Tensor dy = dy_any.contiguous();
  const float* grad = dy.data<float>();
  float* out = dx.backend_data<float>();
  const auto h = dx.dim(2), w = dx.dim(3), oh = dy.dim(2), ow = dy.dim(3);
  parallel_for(dx.dim(0) * dx.dim(1), 1 + 16384 / (h * w), [&](auto first, auto last) {
    for (auto plane = first; plane < last; ++plane) {
      float* rows = out + plane * h * w;
      if (h > 2 * oh || w > 2 * ow) std::fill_n(rows, h * w, 0.0f);
      for (std::int64_t i = 0; i < 2 * oh; ++i) {
        const float* row = grad + (plane * oh + i / 2) * ow;
        for (std::int64_t j = 0; j < ow; ++j)
          rows[i * w + 2 * j] = rows[i * w + 2 * j + 1] = 0.25f * row[j];
      }
    }
  });
}

}  // namespace

void add_pool(Backend& b) {
  b.avg_pool2d = avg_pool2d;
  b.avg_pool2d_grad = avg_pool2d_grad;
}

}  // namespace odin::tensor::cpu
