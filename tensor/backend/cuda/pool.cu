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

template <class T>
void avg_pool2d_as(const Pool2dParams& p, const Tensor& x, Tensor& y) {
  const T* in = elements<T>("avg_pool2d", x);
  T* out = mutable_elements<T>("avg_pool2d", y);
  const T share = T{1} / static_cast<T>(p.kernel * p.kernel);
  const std::int64_t channels = y.dim(1), height = y.dim(2), width = y.dim(3);
  const Steps step(x.strides());
  for_each("avg_pool2d", element_count(y.shape()), [=] __device__(std::uint32_t i) {
    const Pixel at(i, channels, height, width);
    const T* window =
        in + at.n * step.n + at.c * step.c + at.h * p.stride * step.h + at.w * p.stride * step.w;
    T sum = 0;
    for (std::int64_t a = 0; a < p.kernel; ++a)
      for (std::int64_t b = 0; b < p.kernel; ++b) sum += window[a * step.h + b * step.w] * share;
    out[i] = sum;
  });
}

/// Each input pixel sums over the windows that contain it.
template <class T>
void avg_pool2d_grad_as(const Pool2dParams& p, const Tensor& dy, Tensor& dx) {
  const T* grad = elements<T>("avg_pool2d_grad", dy);
  T* out = mutable_elements<T>("avg_pool2d_grad", dx);
  const T share = T{1} / static_cast<T>(p.kernel * p.kernel);
  const std::int64_t channels = dx.dim(1), height = dx.dim(2), width = dx.dim(3);
  const std::int64_t rows = dy.dim(2), columns = dy.dim(3);
  const Steps step(dy.strides());
  for_each("avg_pool2d_grad", element_count(dx.shape()), [=] __device__(std::uint32_t k) {
    const Pixel at(k, channels, height, width);
    const T* plane = grad + at.n * step.n + at.c * step.c;
    T sum = 0;
    for (std::int64_t a = 0; a < p.kernel; ++a)
      for (std::int64_t b = 0; b < p.kernel; ++b) {
        const std::int64_t h = at.h - a, w = at.w - b;
        if (h < 0 || w < 0 || h % p.stride != 0 || w % p.stride != 0) continue;
        const std::int64_t i = h / p.stride, j = w / p.stride;
        if (i < rows && j < columns) sum += plane[i * step.h + j * step.w] * share;
      }
    out[k] = sum;
  });
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
  b.avg_pool2d = avg_pool2d;
  b.avg_pool2d_grad = avg_pool2d_grad;
}

}  // namespace odin::tensor::cuda
