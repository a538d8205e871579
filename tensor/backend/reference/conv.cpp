#include <vector>

#include "odin/tensor/backend/conv_pair.h"
#include "odin/tensor/backend/reference/reference_backend.h"
#include "odin/tensor/backend/reference/strided.h"

// y[n,o,i,j] = sum over c,a,b of x[n,c', i s + a d - p, j s + b d - p] w[o,c,a,b], where x is 0
// outside, s is the stride, d the dilation, p the padding, and c' channel c of o's group.
//
// The value and both gradients are sums of products (x w, dy w or x dy) over the same indices
// n,o,i,j,c,a,b; they differ only in which indices the result keeps. So all three use the same
// seven loops.

namespace odin::tensor::reference {
namespace {

/// Calls f(n, o, i, j, c, a, b, k, h, w) for every product; (h, w) is the pixel of channel k of x
/// that it reads.
template <class F>
void for_each_product(const Conv2dParams& p, const Shape& x, const Shape& w, const Shape& y,
                      F&& f) {
  const std::int64_t outputs_of_group = w[0] / p.groups;
  for (std::int64_t n = 0; n < y[0]; ++n)
    for (std::int64_t o = 0; o < y[1]; ++o)
      for (std::int64_t i = 0; i < y[2]; ++i)
        for (std::int64_t j = 0; j < y[3]; ++j)
          for (std::int64_t c = 0; c < w[1]; ++c)
            for (std::int64_t a = 0; a < w[2]; ++a)
              for (std::int64_t b = 0; b < w[3]; ++b) {
                const auto k = o / outputs_of_group * w[1] + c;
                const auto h = i * p.stride.h + a * p.dilation.h - p.padding.top;
                const auto v = j * p.stride.w + b * p.dilation.w - p.padding.left;
                if (h >= 0 && h < x[2] && v >= 0 && v < x[3]) f(n, o, i, j, c, a, b, k, h, v);
              }
}

/// Accumulates sums in a contiguous array of doubles of the output's shape; they are rounded once.
class Sums {
 public:
  explicit Sums(const Tensor& y)
      : shape_(y.shape()), values_(static_cast<std::size_t>(y.numel()), 0.0) {}
  double& operator()(std::int64_t i, std::int64_t j, std::int64_t k, std::int64_t l) {
    return values_[static_cast<std::size_t>(((i * shape_[1] + j) * shape_[2] + k) * shape_[3] + l)];
  }
  /// y = sums + add; `add` may be y itself or undefined.
  template <class T>
  void store(const Tensor& add, Tensor& y) {
    const Strided<T> out(y);
    const Strided<const T> more(add.defined() ? add : y);
    for (std::int64_t i = 0; i < shape_[0]; ++i)
      for (std::int64_t j = 0; j < shape_[1]; ++j)
        for (std::int64_t k = 0; k < shape_[2]; ++k)
          for (std::int64_t l = 0; l < shape_[3]; ++l) {
            const double sum = (*this)(i, j, k, l);
            out(i, j, k, l) = static_cast<T>(add.defined() ? sum + more(i, j, k, l) : sum);
          }
  }

 private:
  Shape shape_;
  std::vector<double> values_;
};

Tensor mapped(const Tensor& x, const ChannelMap& map) {
  if (!map.defined()) return x;
  Tensor y = Tensor::empty(x.shape(), x.dtype());
  reference_backend().scale_shift(x, map.scale, map.shift, map.relu, y);
  return y;
}

void conv2d(const Conv2dParams& p, const Tensor& x_any, const ChannelMap& map, const Tensor& w,
            const ConvEnd& end, Tensor& y) {
  const Tensor x = mapped(x_any, map);
  visit_floating(x.dtype(), "conv2d", [&]<class T>(T) {
    const Strided<const T> in(x), weight(w);
    Sums out(y);
    for_each_product(
        p, x.shape(), w.shape(), y.shape(),
        [&](auto n, auto o, auto i, auto j, auto c, auto a, auto b, auto k, auto h, auto v) {
          out(n, o, i, j) += static_cast<double>(in(n, k, h, v)) * weight(o, c, a, b);
        });
    if (end.bias.defined()) {
      const Strided<const T> bias(end.bias);
      for (std::int64_t n = 0; n < y.dim(0); ++n)
        for (std::int64_t o = 0; o < y.dim(1); ++o)
          for (std::int64_t i = 0; i < y.dim(2); ++i)
            for (std::int64_t j = 0; j < y.dim(3); ++j) out(n, o, i, j) += bias(o);
    }
    out.store<T>(end.add, y);
  });
  if (end.activation.defined()) reference_backend().activation(end.activation, y, y);
}

void conv2d_pair(const Conv2dParams& p, const Tensor& x, const PointwiseConv& first,
                 const Tensor& w, const ConvEnd& end, Tensor& y) {
  conv2d_pair_in_steps(reference_backend(), p, x, first, w, end, y);
}

void conv2d_input_grad(const Conv2dParams& p, const Tensor& dy, const Tensor& w,
                       const MapGrad& through, Tensor& dx, Tensor& sum_g, Tensor& sum_gx) {
  const ChannelMap& map = through.map;
  Tensor g = Tensor::empty(dx.shape(), dx.dtype());
  visit_floating(dy.dtype(), "conv2d_input_grad", [&]<class T>(T) {
    const Strided<const T> grad(dy), weight(w);
    Sums out(dx);
    for_each_product(
        p, dx.shape(), w.shape(), dy.shape(),
        [&](auto n, auto o, auto i, auto j, auto c, auto a, auto b, auto k, auto h, auto v) {
          out(n, k, h, v) += static_cast<double>(grad(n, o, i, j)) * weight(o, c, a, b);
        });
    if (map.defined())
      out.store<T>(Tensor(), g);
    else
      out.store<T>(through.add, dx);
  });
  if (!map.defined()) return;
  if (through.mean.defined())
    reference_backend().channel_grad_sums(through.x, g, through.mean, map.scale, map.shift,
                                          map.relu, sum_g, sum_gx);
  reference_backend().scale_shift_grad(through.x, g, map.scale, map.shift, map.relu, g);
  if (through.add.defined())
    reference_backend().binary(BinaryOp::add, g, through.add, dx);
  else
    reference_backend().copy(g, dx);
}

void conv2d_weight_grad(const Conv2dParams& p, const Tensor& x_any, const ChannelMap& map,
                        const Tensor& dy, Tensor& dw) {
  const Tensor x = mapped(x_any, map);
  visit_floating(x.dtype(), "conv2d_weight_grad", [&]<class T>(T) {
    const Strided<const T> in(x), grad(dy);
    Sums out(dw);
    for_each_product(
        p, x.shape(), dw.shape(), dy.shape(),
        [&](auto n, auto o, auto i, auto j, auto c, auto a, auto b, auto k, auto h, auto v) {
          out(o, c, a, b) += static_cast<double>(in(n, k, h, v)) * grad(n, o, i, j);
        });
    out.store<T>(Tensor(), dw);
  });
}

}  // namespace

void add_conv(Backend& b) {
  b.conv2d = conv2d;
  b.conv2d_pair = conv2d_pair;
  b.conv2d_input_grad = conv2d_input_grad;
  b.conv2d_weight_grad = conv2d_weight_grad;
}

}  // namespace odin::tensor::reference
