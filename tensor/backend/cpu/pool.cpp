#include <algorithm>
#include <limits>

#include "odin/tensor/backend/cpu/cpu_backend.h"
#include "odin/tensor/backend/cpu/gemm.h"
#include "odin/tensor/parallel.h"

// Pooling is bound by memory bandwidth, so the compiler's vectorization is sufficient.

namespace odin::tensor::cpu {
namespace {

bool is_2x2(const Pool2dParams& p) {
  return p.kernel == 2 && p.stride == 2 && p.padding == 0 && !p.ceil;
}

/// The sizes of the images of x [N,C,H,W] and y, and the loop over them.
struct Planes {
  std::int64_t count, h, w, oh, ow;

  Planes(const Tensor& x, const Tensor& y)
      : count(x.dim(0) * x.dim(1)), h(x.dim(2)), w(x.dim(3)), oh(y.dim(2)), ow(y.dim(3)) {}

  /// Calls f(plane) for each, on several threads.
  template <class F>
  void parallel(F&& f) const {
    parallel_for(count, 1 + 16384 / (h * w), [&](std::int64_t first, std::int64_t last) {
      for (auto plane = first; plane < last; ++plane) f(plane);
    });
  }
};

/// The window positions [begin, end) of output i that are inside an image of this size.
struct Inside {
  std::int64_t first, begin, end;
  Inside(std::int64_t i, std::int64_t stride, std::int64_t kernel, std::int64_t dilation,
         std::int64_t before, std::int64_t size)
      : first(i * stride - before),
        begin(first < 0 ? (-first + dilation - 1) / dilation : 0),
        end(std::min(kernel, (size - first + dilation - 1) / dilation)) {}
};

void avg_pool2d_2x2(const Planes& s, const float* in, float* out) {
  s.parallel([&](std::int64_t plane) {
    for (std::int64_t i = 0; i < s.oh; ++i) {
      const float* top = in + (plane * s.h + 2 * i) * s.w;
      const float* bottom = top + s.w;
      float* row = out + (plane * s.oh + i) * s.ow;
      for (std::int64_t j = 0; j < s.ow; ++j)
        row[j] = 0.25f * ((top[2 * j] + top[2 * j + 1]) + (bottom[2 * j] + bottom[2 * j + 1]));
    }
  });
}

void avg_pool2d_grad_2x2(const Planes& s, const float* grad, float* out) {
  s.parallel([&](std::int64_t plane) {
    float* rows = out + plane * s.h * s.w;
    if (s.h > 2 * s.oh || s.w > 2 * s.ow) std::fill_n(rows, s.h * s.w, 0.0f);
    for (std::int64_t i = 0; i < 2 * s.oh; ++i) {
      const float* row = grad + (plane * s.oh + i / 2) * s.ow;
      for (std::int64_t j = 0; j < s.ow; ++j)
        rows[i * s.w + 2 * j] = rows[i * s.w + 2 * j + 1] = 0.25f * row[j];
    }
  });
}

/// Calls f(output number, image row, first column, last column, share) for all rows of all windows
/// of a plane.
template <class F>
void for_each_window_row(const Pool2dParams& p, const Planes& s, F&& f) {
  for (std::int64_t i = 0; i < s.oh; ++i) {
    const Inside rows(i, p.stride.h, p.kernel.h, 1, p.padding.top, s.h);
    for (std::int64_t j = 0; j < s.ow; ++j) {
      const Inside columns(j, p.stride.w, p.kernel.w, 1, p.padding.left, s.w);
      const float share = 1.0f / static_cast<float>(p.count({s.h, s.w}, i, j));
      for (std::int64_t a = rows.begin; a < rows.end; ++a)
        f(i * s.ow + j, rows.first + a, columns.first + columns.begin, columns.first + columns.end,
          share);
    }
  }
}

void avg_pool2d(const Pool2dParams& p, const Tensor& x_any, Tensor& y) {
  if (x_any.dtype() != DType::f32) return reference_backend().avg_pool2d(p, x_any, y);
  const Tensor x = x_any.contiguous();
  const Planes s(x, y);
  const float* in = x.data<float>();
  float* out = y.backend_data<float>();
  if (is_2x2(p)) return avg_pool2d_2x2(s, in, out);
  s.parallel([&](std::int64_t plane) {
    float* results = out + plane * s.oh * s.ow;
    std::fill_n(results, s.oh * s.ow, 0.0f);
    for_each_window_row(p, s, [&](auto i, auto row, auto first, auto last, float share) {
      const float* pixels = in + (plane * s.h + row) * s.w;
      for (auto c = first; c < last; ++c) results[i] += pixels[c] * share;
    });
  });
}

void avg_pool2d_grad(const Pool2dParams& p, const Tensor& dy_any, Tensor& dx) {
  if (dy_any.dtype() != DType::f32) return reference_backend().avg_pool2d_grad(p, dy_any, dx);
  const Tensor dy = dy_any.contiguous();
  const Planes s(dx, dy);
  const float* grad = dy.data<float>();
  float* out = dx.backend_data<float>();
  if (is_2x2(p)) return avg_pool2d_grad_2x2(s, grad, out);
  s.parallel([&](std::int64_t plane) {
    const float* from = grad + plane * s.oh * s.ow;
    std::fill_n(out + plane * s.h * s.w, s.h * s.w, 0.0f);
    for_each_window_row(p, s, [&](auto i, auto row, auto first, auto last, float share) {
      float* pixels = out + (plane * s.h + row) * s.w;
      for (auto c = first; c < last; ++c) pixels[c] += from[i] * share;
    });
  });
}

/// The larger of two; a NaN is larger than everything.
float larger(float a, float b) { return b > a || b != b ? b : a; }

/// First the largest of each column of a row of windows, which are contiguous rows of the image,
/// then the largest of the columns of each window.
void max_pool2d(const Pool2dParams& p, const Tensor& x_any, Tensor& y) {
  if (x_any.dtype() != DType::f32) return reference_backend().max_pool2d(p, x_any, y);
  constexpr float kLeast = -std::numeric_limits<float>::infinity();
  const Tensor x = x_any.contiguous();
  const Planes s(x, y);
  const float* in = x.data<float>();
  float* out = y.backend_data<float>();
  // Columns of padding, so that every window has all its columns.
  const std::int64_t width = (s.ow - 1) * p.stride.w + (p.kernel.w - 1) * p.dilation.w + 1;
  const std::int64_t copied = std::min(s.w, width - p.padding.left);
  s.parallel([&](std::int64_t plane) {
    const Scratch scratch(width);
    float* const columns = scratch.data();
    std::fill_n(columns, width, kLeast);
    for (std::int64_t i = 0; i < s.oh; ++i) {
      const Inside rows(i, p.stride.h, p.kernel.h, p.dilation.h, p.padding.top, s.h);
      for (std::int64_t a = rows.begin; a < rows.end; ++a) {
        const float* row = in + (plane * s.h + rows.first + a * p.dilation.h) * s.w;
        float* to = columns + p.padding.left;
        for (std::int64_t c = 0; c < copied; ++c)
          to[c] = a == rows.begin ? row[c] : larger(to[c], row[c]);
      }
      float* results = out + (plane * s.oh + i) * s.ow;
      for (std::int64_t j = 0; j < s.ow; ++j) results[j] = columns[j * p.stride.w];
      for (std::int64_t b = 1; b < p.kernel.w; ++b)
        for (std::int64_t j = 0; j < s.ow; ++j)
          results[j] = larger(results[j], columns[j * p.stride.w + b * p.dilation.w]);
    }
  });
}

void max_pool2d_grad(const Pool2dParams& p, const Tensor& x_any, const Tensor& dy_any, Tensor& dx) {
  if (x_any.dtype() != DType::f32) return reference_backend().max_pool2d_grad(p, x_any, dy_any, dx);
  const Tensor x = x_any.contiguous(), dy = dy_any.contiguous();
  const Planes s(x, dy);
  const float *in = x.data<float>(), *grad = dy.data<float>();
  float* out = dx.backend_data<float>();
  s.parallel([&](std::int64_t plane) {
    const float* pixels = in + plane * s.h * s.w;
    float* to = out + plane * s.h * s.w;
    std::fill_n(to, s.h * s.w, 0.0f);
    for (std::int64_t i = 0; i < s.oh; ++i) {
      const Inside rows(i, p.stride.h, p.kernel.h, p.dilation.h, p.padding.top, s.h);
      for (std::int64_t j = 0; j < s.ow; ++j) {
        const Inside columns(j, p.stride.w, p.kernel.w, p.dilation.w, p.padding.left, s.w);
        const std::int64_t corner = rows.first * s.w + columns.first;
        std::int64_t at = corner + rows.begin * p.dilation.h * s.w + columns.begin * p.dilation.w;
        float largest = pixels[at];
        for (std::int64_t a = rows.begin; a < rows.end; ++a)
          for (std::int64_t b = columns.begin; b < columns.end; ++b) {
            const std::int64_t pixel = corner + a * p.dilation.h * s.w + b * p.dilation.w;
            const float v = pixels[pixel];
            // Without branches, which no processor can predict here.
            const bool larger = (v > largest) | ((v != v) & (largest == largest));
            at = larger ? pixel : at;
            largest = larger ? v : largest;
          }
        to[at] += grad[(plane * s.oh + i) * s.ow + j];
      }
    }
  });
}

}  // namespace

void add_pool(Backend& b) {
  b.max_pool2d = max_pool2d;
  b.max_pool2d_grad = max_pool2d_grad;
  b.avg_pool2d = avg_pool2d;
  b.avg_pool2d_grad = avg_pool2d_grad;
}

}  // namespace odin::tensor::cpu
