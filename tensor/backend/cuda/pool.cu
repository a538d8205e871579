#include "odin/tensor/backend/cuda/cuda_backend.h"
#include "odin/tensor/backend/cuda/launch.h"
#include "odin/tensor/backend/cuda/layout.h"

namespace odin::tensor::cuda {
namespace {

/// The indices of row-major position i of [N,C,H,W].
struct Pixel {
  std::int64_t n, c, h, w;
  __device__ Pixel(std::int64_t i, std::int64_t channels, std::int64_t height, std::int64_t width)
      : n(i / width / height / channels),
        c(i / width / height % channels),
        h(i / width % height),
        w(i % width) {}
};

struct Steps {
  std::int64_t n, c, h, w;
  explicit Steps(const Strides& s) : n(s[0]), c(s[1]), h(s[2]), w(s[3]) {}
};

/// Calls f(h, w) for every pixel of an image of height x width in the window of output (i, j).
template <class F>
__device__ void for_each_covered(const Pool2dParams& p, std::int64_t height, std::int64_t width,
                                 std::int64_t i, std::int64_t j, F f) {
  for (std::int64_t a = 0; a < p.kernel.h; ++a)
    for (std::int64_t b = 0; b < p.kernel.w; ++b) {
      const std::int64_t h = i * p.stride.h + a * p.dilation.h - p.padding.top;
      const std::int64_t w = j * p.stride.w + b * p.dilation.w - p.padding.left;
      if (h >= 0 && h < height && w >= 0 && w < width) f(h, w);
    }
}

/// Calls f(i, j) for every output whose window covers pixel (h, w).
template <class F>
__device__ void for_each_window(const Pool2dParams& p, std::int64_t rows, std::int64_t columns,
                                std::int64_t h, std::int64_t w, F f) {
  for (std::int64_t a = 0; a < p.kernel.h; ++a)
    for (std::int64_t b = 0; b < p.kernel.w; ++b) {
      const std::int64_t top = h + p.padding.top - a * p.dilation.h;
      const std::int64_t left = w + p.padding.left - b * p.dilation.w;
      if (top < 0 || left < 0 || top % p.stride.h != 0 || left % p.stride.w != 0) continue;
      if (top / p.stride.h < rows && left / p.stride.w < columns)
        f(top / p.stride.h, left / p.stride.w);
    }
}

/// The position (h * width + w) of the first of the largest pixels of a window, or the first NaN.
template <class T>
__device__ std::int64_t largest(const Pool2dParams& p, const T* plane, const Steps& step,
                                std::int64_t height, std::int64_t width, std::int64_t i,
                                std::int64_t j) {
  std::int64_t at = -1;
  T best = 0;
  for_each_covered(p, height, width, i, j, [&](std::int64_t h, std::int64_t w) {
    const T v = plane[h * step.h + w * step.w];
    if (at >= 0 && !(v > best) && !(v != v && best == best)) return;
    at = h * width + w;
    best = v;
  });
  return at;
}

template <class T>
void max_pool2d_pick_as(const Pool2dParams& p, const Tensor& x, const Tensor& values, Tensor& y) {
  const T* in = elements<T>("max_pool2d", x);
  const T* from = elements<T>("max_pool2d", values);
  T* out = mutable_elements<T>("max_pool2d", y);
  const std::int64_t channels = y.dim(1), rows = y.dim(2), columns = y.dim(3);
  const std::int64_t height = x.dim(2), width = x.dim(3);
  const Steps step(x.strides()), values_step(values.strides());
  for_each("max_pool2d", element_count(y.shape()), [=] __device__(std::uint32_t k) {
    const Pixel at(k, channels, rows, columns);
    const T* plane = in + at.n * step.n + at.c * step.c;
    const std::int64_t found = largest(p, plane, step, height, width, at.h, at.w);
    out[k] = from[at.n * values_step.n + at.c * values_step.c + found / width * values_step.h +
                  found % width * values_step.w];
  });
}

/// Each input pixel sums over the windows whose largest pixel it is.
template <class T>
void max_pool2d_grad_as(const Pool2dParams& p, const Tensor& x, const Tensor& dy, Tensor& dx) {
  const T* in = elements<T>("max_pool2d_grad", x);
  const T* grad = elements<T>("max_pool2d_grad", dy);
  T* out = mutable_elements<T>("max_pool2d_grad", dx);
  const std::int64_t channels = dx.dim(1), height = dx.dim(2), width = dx.dim(3);
  const std::int64_t rows = dy.dim(2), columns = dy.dim(3);
  const Steps step(x.strides()), grad_step(dy.strides());
  for_each("max_pool2d_grad", element_count(dx.shape()), [=] __device__(std::uint32_t k) {
    const Pixel at(k, channels, height, width);
    const T* plane = in + at.n * step.n + at.c * step.c;
    const T* grads = grad + at.n * grad_step.n + at.c * grad_step.c;
    T sum = 0;
    for_each_window(p, rows, columns, at.h, at.w, [&](std::int64_t i, std::int64_t j) {
      if (largest(p, plane, step, height, width, i, j) == at.h * width + at.w)
        sum += grads[i * grad_step.h + j * grad_step.w];
    });
    out[k] = sum;
  });
}

template <class T>
void avg_pool2d_as(const Pool2dParams& p, const Tensor& x, Tensor& y) {
  const T* in = elements<T>("avg_pool2d", x);
  T* out = mutable_elements<T>("avg_pool2d", y);
  const std::int64_t channels = y.dim(1), rows = y.dim(2), columns = y.dim(3);
  const std::int64_t height = x.dim(2), width = x.dim(3);
  const Steps step(x.strides());
  for_each("avg_pool2d", element_count(y.shape()), [=] __device__(std::uint32_t k) {
    const Pixel at(k, channels, rows, columns);
    const T* plane = in + at.n * step.n + at.c * step.c;
    const T share = T{1} / static_cast<T>(p.count({height, width}, at.h, at.w));
    T sum = 0;
    for_each_covered(p, height, width, at.h, at.w, [&](std::int64_t h, std::int64_t w) {
      sum += plane[h * step.h + w * step.w] * share;
    });
    out[k] = sum;
  });
}

/// Each input pixel sums over the windows that contain it.
template <class T>
void avg_pool2d_grad_as(const Pool2dParams& p, const Tensor& dy, Tensor& dx) {
  const T* grad = elements<T>("avg_pool2d_grad", dy);
  T* out = mutable_elements<T>("avg_pool2d_grad", dx);
  const std::int64_t channels = dx.dim(1), height = dx.dim(2), width = dx.dim(3);
  const std::int64_t rows = dy.dim(2), columns = dy.dim(3);
  const Steps step(dy.strides());
  for_each("avg_pool2d_grad", element_count(dx.shape()), [=] __device__(std::uint32_t k) {
    const Pixel at(k, channels, height, width);
    const T* plane = grad + at.n * step.n + at.c * step.c;
    T sum = 0;
    for_each_window(p, rows, columns, at.h, at.w, [&](std::int64_t i, std::int64_t j) {
      const T share = T{1} / static_cast<T>(p.count({height, width}, i, j));
      sum += plane[i * step.h + j * step.w] * share;
    });
    out[k] = sum;
  });
}

void max_pool2d(const Pool2dParams& p, const Tensor& x, Tensor& y) {
  visit_floating(x.dtype(), "max_pool2d", [&]<class T>(T) { max_pool2d_pick_as<T>(p, x, x, y); });
}

void max_pool2d_pick(const Pool2dParams& p, const Tensor& x, const Tensor& values, Tensor& y) {
  visit_floating(x.dtype(), "max_pool2d_pick",
                 [&]<class T>(T) { max_pool2d_pick_as<T>(p, x, values, y); });
}

void max_pool2d_grad(const Pool2dParams& p, const Tensor& x, const Tensor& dy, Tensor& dx) {
  visit_floating(x.dtype(), "max_pool2d_grad",
                 [&]<class T>(T) { max_pool2d_grad_as<T>(p, x, dy, dx); });
}

void avg_pool2d(const Pool2dParams& p, const Tensor& x, Tensor& y) {
  visit_floating(x.dtype(), "avg_pool2d", [&]<class T>(T) { avg_pool2d_as<T>(p, x, y); });
}

void avg_pool2d_grad(const Pool2dParams& p, const Tensor& dy, Tensor& dx) {
  visit_floating(dy.dtype(), "avg_pool2d_grad",
                 [&]<class T>(T) { avg_pool2d_grad_as<T>(p, dy, dx); });
}

}  // namespace

void add_pool(Backend& b) {
  b.max_pool2d = max_pool2d;
  b.max_pool2d_grad = max_pool2d_grad;
  b.max_pool2d_pick = max_pool2d_pick;
  b.avg_pool2d = avg_pool2d;
  b.avg_pool2d_grad = avg_pool2d_grad;
}

}  // namespace odin::tensor::cuda
