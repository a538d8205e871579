#include "odin/tensor/backend/reference/reference_backend.h"
#include "odin/tensor/backend/reference/strided.h"

namespace odin::tensor::reference {
namespace {

/// Calls f(n, c, i, j, h, w) for every input pixel (h, w) in the window of output pixel (i, j).
template <class F>
void for_each_covered(const Pool2dParams& p, const Shape& y, F&& f) {
  for (std::int64_t n = 0; n < y[0]; ++n)
    for (std::int64_t c = 0; c < y[1]; ++c)
      for (std::int64_t i = 0; i < y[2]; ++i)
        for (std::int64_t j = 0; j < y[3]; ++j)
          for (std::int64_t a = 0; a < p.kernel; ++a)
            for (std::int64_t b = 0; b < p.kernel; ++b)
              f(n, c, i, j, i * p.stride + a, j * p.stride + b);
}

void avg_pool2d(const Pool2dParams& p, const Tensor& x, Tensor& y) {
  visit_floating(x.dtype(), "avg_pool2d", [&]<class T>(T) {
    const Strided<const T> in(x);
    const Strided<T> out(y);
    const T share = T{1} / static_cast<T>(p.kernel * p.kernel);
    reference_backend().fill(y, 0);
    for_each_covered(p, y.shape(), [&](auto n, auto c, auto i, auto j, auto h, auto w) {
      out(n, c, i, j) += in(n, c, h, w) * share;
    });
  });
}

void avg_pool2d_grad(const Pool2dParams& p, const Tensor& dy, Tensor& dx) {
  visit_floating(dy.dtype(), "avg_pool2d_grad", [&]<class T>(T) {
    const Strided<const T> grad(dy);
    const Strided<T> out(dx);
    const T share = T{1} / static_cast<T>(p.kernel * p.kernel);
    reference_backend().fill(dx, 0);
    for_each_covered(p, dy.shape(), [&](auto n, auto c, auto i, auto j, auto h, auto w) {
      out(n, c, h, w) += grad(n, c, i, j) * share;
    });
  });
}

}  // namespace

void add_pool(Backend& b) {
  b.avg_pool2d = avg_pool2d;
  b.avg_pool2d_grad = avg_pool2d_grad;
}

}  // namespace odin::tensor::reference
