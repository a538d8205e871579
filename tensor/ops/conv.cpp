#include "odin/tensor/ops/conv.h"

#include "odin/tensor/backend/backend.h"

namespace odin::tensor {
namespace {

/// Checks everything that does not depend on which of the three is asked for; returns y's shape.
Shape output_shape(const char* op, const Shape& x, const Shape& w, const Conv2dParams& p) {
  const auto shapes = [&] { return "(input " + to_string(x) + ", weight " + to_string(w) + ")"; };
  require(x.rank() == 4, op, ": input must be [N,C,H,W] ", shapes());
  require(w.rank() == 4, op, ": weight must be [O,C,KH,KW] ", shapes());
  require(x[1] == w[1], op, ": input has ", x[1], " channels, weight expects ", w[1], " ",
          shapes());
  require(w[1] > 0, op, ": weight has no input channels ", shapes());
  require(p.stride >= 1 && p.padding >= 0, op, ": expected stride >= 1 and padding >= 0, got ",
          p.stride, " and ", p.padding);
  require(x[2] + 2 * p.padding >= w[2] && x[3] + 2 * p.padding >= w[3], op,
          ": kernel is larger than the padded input, padding ", p.padding, " ", shapes());
  return {x[0], w[0], p.out_size(x[2], w[2]), p.out_size(x[3], w[3])};
}

void require_same_dtype(const char* op, const Tensor& a, const Tensor& b) {
  require(a.dtype() == b.dtype(), op, ": operands are ", a.dtype(), " and ", b.dtype());
}

void require_output(const char* op, const Tensor& dy, const Shape& expected) {
  require(dy.shape() == expected, op, ": gradient of the output has shape ", dy.shape(),
          ", expected ", expected);
}

}  // namespace

Tensor conv2d(const Tensor& x, const Tensor& w, const Conv2dParams& p) {
  const Shape shape = output_shape("conv2d", x.shape(), w.shape(), p);
  require_same_dtype("conv2d", x, w);
  Tensor y = Tensor::empty(shape, x.dtype());
  if (y.numel() > 0) backend_for("conv2d", x).conv2d(p, x, w, y);
  return y;
}

Tensor conv2d_input_grad(const Tensor& dy, const Tensor& w, const Shape& x_shape,
                         const Conv2dParams& p) {
  const char* op = "conv2d_input_grad";
  require_output(op, dy, output_shape(op, x_shape, w.shape(), p));
  require_same_dtype(op, dy, w);
  if (dy.numel() == 0) return Tensor::zeros(x_shape, dy.dtype());
  Tensor dx = Tensor::empty(x_shape, dy.dtype());
  backend_for(op, dy).conv2d_input_grad(p, dy, w, dx);
  return dx;
}

Tensor conv2d_weight_grad(const Tensor& x, const Tensor& dy, const Shape& w_shape,
                          const Conv2dParams& p) {
  const char* op = "conv2d_weight_grad";
  require_output(op, dy, output_shape(op, x.shape(), w_shape, p));
  require_same_dtype(op, x, dy);
  if (dy.numel() == 0) return Tensor::zeros(w_shape, x.dtype());
  Tensor dw = Tensor::empty(w_shape, x.dtype());
  backend_for(op, x).conv2d_weight_grad(p, x, dy, dw);
  return dw;
}

}  // namespace odin::tensor
