#include "odin/tensor/ops/pool.h"

#include "odin/tensor/backend/backend.h"

namespace odin::tensor {
namespace {

Shape output_shape(const char* op, const Shape& x, const Pool2dParams& p) {
  require(x.rank() == 4, op, ": expected [N,C,H,W], got ", x);
  require(p.kernel >= 1 && p.stride >= 1, op, ": expected kernel and stride >= 1, got ", p.kernel,
          " and ", p.stride);
  require(x[2] >= p.kernel && x[3] >= p.kernel, op, ": window of ", p.kernel,
          " is larger than the input ", x);
  return {x[0], x[1], p.out_size(x[2]), p.out_size(x[3])};
}

}  // namespace

Tensor avg_pool2d(const Tensor& x, const Pool2dParams& p) {
  Tensor y = x.new_empty(output_shape("avg_pool2d", x.shape(), p));
  dispatch("avg_pool2d", &Backend::avg_pool2d, {&x, &y}, p, x, y);
  return y;
}

Tensor avg_pool2d_grad(const Tensor& dy, const Shape& x_shape, const Pool2dParams& p) {
  const Shape expected = output_shape("avg_pool2d_grad", x_shape, p);
  require(dy.shape() == expected, "avg_pool2d_grad: gradient of the output has shape ", dy.shape(),
          ", expected ", expected);
  Tensor dx = dy.new_empty(x_shape);
  dispatch("avg_pool2d_grad", &Backend::avg_pool2d_grad, {&dy, &dx}, p, dy, dx);
  return dx;
}

}  // namespace odin::tensor
