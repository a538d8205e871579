#include "odin/tensor/backend/reference/reference_backend.h"
#include "odin/tensor/backend/reference/strided.h"

namespace odin::tensor::reference {
namespace {

/// Calls f(n, c, i, j) for every output pixel (i, j).
template <class F>
void for_each_output(const Shape& y, F&& f) {
  for (std::int64_t n = 0; n < y[0]; ++n)
    for (std::int64_t c = 0; c < y[1]; ++c)
      for (std::int64_t i = 0; i < y[2]; ++i)
        for (std::int64_t j = 0; j < y[3]; ++j) f(n, c, i, j);
}

/// Calls f(h, w) for every input pixel in the window of output pixel (i, j), row by row.
template <class F>
void for_each_covered(const Pool2dParams& p, const Shape& x, std::int64_t i, std::int64_t j,
                      F&& f) {
  for (std::int64_t a = 0; a < p.kernel.h; ++a)
    for (std::int64_t b = 0; b < p.kernel.w; ++b) {
      const std::int64_t h = i * p.stride.h + a * p.dilation.h - p.padding.top;
      const std::int64_t w = j * p.stride.w + b * p.dilation.w - p.padding.left;
      if (h >= 0 && h < x[2] && w >= 0 && w < x[3]) f(h, w);
    }
}

template <class T>
struct Largest {
  T value;
  std::int64_t h, w;
};

/// The first of the largest pixels of a window, or the first NaN.
template <class T>
Largest<T> largest(const Pool2dParams& p, const Tensor& x, std::int64_t n, std::int64_t c,
                   std::int64_t i, std::int64_t j) {
  const Strided<const T> in(x);
  Largest<T> found{T{}, -1, -1};
  for_each_covered(p, x.shape(), i, j, [&](auto h, auto w) {
    const T v = in(n, c, h, w);
    const bool nan = v != v, had_nan = found.value != found.value;
    if (found.h < 0 || v > found.value || (nan && !had_nan)) found = {v, h, w};
  });
  return found;
}

void max_pool2d(const Pool2dParams& p, const Tensor& x, Tensor& y) {
  visit_floating(x.dtype(), "max_pool2d", [&]<class T>(T) {
    const Strided<T> out(y);
    for_each_output(y.shape(), [&](auto n, auto c, auto i, auto j) {
      out(n, c, i, j) = largest<T>(p, x, n, c, i, j).value;
    });
  });
}

void max_pool2d_grad(const Pool2dParams& p, const Tensor& x, const Tensor& dy, Tensor& dx) {
  visit_floating(x.dtype(), "max_pool2d_grad", [&]<class T>(T) {
    const Strided<const T> grad(dy);
    const Strided<T> out(dx);
    reference_backend().fill(dx, 0);
    for_each_output(dy.shape(), [&](auto n, auto c, auto i, auto j) {
      const auto at = largest<T>(p, x, n, c, i, j);
      out(n, c, at.h, at.w) += grad(n, c, i, j);
    });
  });
}

void max_pool2d_pick(const Pool2dParams& p, const Tensor& x, const Tensor& values, Tensor& y) {
  visit_floating(x.dtype(), "max_pool2d_pick", [&]<class T>(T) {
    const Strided<const T> in(values);
    const Strided<T> out(y);
    for_each_output(y.shape(), [&](auto n, auto c, auto i, auto j) {
      const auto at = largest<T>(p, x, n, c, i, j);
      out(n, c, i, j) = in(n, c, at.h, at.w);
    });
  });
}

void avg_pool2d(const Pool2dParams& p, const Tensor& x, Tensor& y) {
  visit_floating(x.dtype(), "avg_pool2d", [&]<class T>(T) {
    const Strided<const T> in(x);
    const Strided<T> out(y);
    for_each_output(y.shape(), [&](auto n, auto c, auto i, auto j) {
      const T share = T{1} / static_cast<T>(p.count({x.dim(2), x.dim(3)}, i, j));
      T sum = 0;
      for_each_covered(p, x.shape(), i, j, [&](auto h, auto w) { sum += in(n, c, h, w) * share; });
      out(n, c, i, j) = sum;
    });
  });
}

void avg_pool2d_grad(const Pool2dParams& p, const Tensor& dy, Tensor& dx) {
  visit_floating(dy.dtype(), "avg_pool2d_grad", [&]<class T>(T) {
    const Strided<const T> grad(dy);
    const Strided<T> out(dx);
    reference_backend().fill(dx, 0);
    for_each_output(dy.shape(), [&](auto n, auto c, auto i, auto j) {
      const T share = T{1} / static_cast<T>(p.count({dx.dim(2), dx.dim(3)}, i, j));
      for_each_covered(p, dx.shape(), i, j,
                       [&](auto h, auto w) { out(n, c, h, w) += grad(n, c, i, j) * share; });
    });
  });
}

}  // namespace

void add_pool(Backend& b) {
  b.max_pool2d = max_pool2d;
  b.max_pool2d_grad = max_pool2d_grad;
  b.max_pool2d_pick = max_pool2d_pick;
  b.avg_pool2d = avg_pool2d;
  b.avg_pool2d_grad = avg_pool2d_grad;
}

}  // namespace odin::tensor::reference
