#include <vector>

#include "odin/tensor/backend/reference/reference_backend.h"
#include "odin/tensor/backend/reference/strided.h"

// y[n,o,i,j] = sum over c,a,b of x[n,c, i s + a - p, j s + b - p] w[o,c,a,b], x being 0 outside.
//
// The value and both gradients are sums of the same products x w, x dy or dy w over the same index
// set {n,o,i,j,c,a,b}; they differ in which indices are kept. So all three are these seven loops.

namespace odin::tensor {
namespace {

/// f(n, o, i, j, c, a, b, h, w) for every product; (h, w) is the pixel of x it reads.
template <class F>
void for_each_product(const Conv2dParams& p, const Shape& x, const Shape& w, const Shape& y,
                      F&& f) {
  for (std::int64_t n = 0; n < y[0]; ++n)
    for (std::int64_t o = 0; o < y[1]; ++o)
      for (std::int64_t i = 0; i < y[2]; ++i)
        for (std::int64_t j = 0; j < y[3]; ++j)
          for (std::int64_t c = 0; c < w[1]; ++c)
            for (std::int64_t a = 0; a < w[2]; ++a)
              for (std::int64_t b = 0; b < w[3]; ++b) {
                const auto h = i * p.stride + a - p.padding;
                const auto v = j * p.stride + b - p.padding;
                if (h >= 0 && h < x[2] && v >= 0 && v < x[3]) f(n, o, i, j, c, a, b, h, v);
              }
}

/// Sums are collected in a contiguous array of doubles of the output's shape, then rounded once.
class Sums {
 public:
  explicit Sums(const Tensor& y)
      : shape_(y.shape()), values_(static_cast<std::size_t>(y.numel()), 0.0) {}
  double& operator()(std::int64_t i, std::int64_t j, std::int64_t k, std::int64_t l) {
    return values_[static_cast<std::size_t>(((i * shape_[1] + j) * shape_[2] + k) * shape_[3] + l)];
  }
  template <class T>
  void store(Tensor& y) const {
    T* out = y.mutable_data<T>();
    for (std::size_t i = 0; i < values_.size(); ++i) out[i] = static_cast<T>(values_[i]);
  }

 private:
  Shape shape_;
  std::vector<double> values_;
};

}  // namespace

void ReferenceBackend::conv2d(const Conv2dParams& p, const Tensor& x, const Tensor& w,
                              Tensor& y) const {
  visit_floating(x.dtype(), "conv2d", [&]<class T>(T) {
    const reference::Strided<T> in(x), weight(w);
    Sums out(y);
    for_each_product(p, x.shape(), w.shape(), y.shape(),
                     [&](auto n, auto o, auto i, auto j, auto c, auto a, auto b, auto h, auto v) {
                       out(n, o, i, j) += static_cast<double>(in(n, c, h, v)) * weight(o, c, a, b);
                     });
    out.store<T>(y);
  });
}

void ReferenceBackend::conv2d_input_grad(const Conv2dParams& p, const Tensor& dy, const Tensor& w,
                                         Tensor& dx) const {
  visit_floating(dy.dtype(), "conv2d_input_grad", [&]<class T>(T) {
    const reference::Strided<T> grad(dy), weight(w);
    Sums out(dx);
    for_each_product(p, dx.shape(), w.shape(), dy.shape(),
                     [&](auto n, auto o, auto i, auto j, auto c, auto a, auto b, auto h, auto v) {
                       out(n, c, h, v) +=
                           static_cast<double>(grad(n, o, i, j)) * weight(o, c, a, b);
                     });
    out.store<T>(dx);
  });
}

void ReferenceBackend::conv2d_weight_grad(const Conv2dParams& p, const Tensor& x, const Tensor& dy,
                                          Tensor& dw) const {
  visit_floating(x.dtype(), "conv2d_weight_grad", [&]<class T>(T) {
    const reference::Strided<T> in(x), grad(dy);
    Sums out(dw);
    for_each_product(p, x.shape(), dw.shape(), dy.shape(),
                     [&](auto n, auto o, auto i, auto j, auto c, auto a, auto b, auto h, auto v) {
                       out(o, c, a, b) += static_cast<double>(in(n, c, h, v)) * grad(n, o, i, j);
                     });
    out.store<T>(dw);
  });
}

}  // namespace odin::tensor
