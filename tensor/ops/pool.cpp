#include "odin/tensor/ops/pool.h"

#include <algorithm>

#include "odin/tensor/backend/backend.h"
#include "odin/tensor/ops/check.h"

namespace odin::tensor {

Shape pool2d_shape(const char* op, const Shape& x, const Pool2dParams& p) {
  require(x.rank() == 4, op, ": expected [N,C,H,W], got ", x);
  require(std::min({p.kernel.h, p.kernel.w, p.stride.h, p.stride.w}) >= 1, op,
          ": expected kernel and stride >= 1, got ", p.kernel, " and ", p.stride);
  require(std::min(p.dilation.h, p.dilation.w) >= 1, op, ": expected dilation >= 1, got ",
          p.dilation);
  const Padding2d& pad = p.padding;
  const Size2d window{(p.kernel.h - 1) * p.dilation.h + 1, (p.kernel.w - 1) * p.dilation.w + 1};
  // Every window then has a pixel of the image.
  require(std::min({pad.top, pad.left, pad.bottom, pad.right}) >= 0 &&
              std::max(pad.top, pad.bottom) < window.h && std::max(pad.left, pad.right) < window.w,
          op, ": expected padding from 0 to less than the window of ", window, ", got ", pad);
  require(x[2] + pad.top + pad.bottom >= window.h && x[3] + pad.left + pad.right >= window.w, op,
          ": window of ", window, " is larger than the input ", x);
  const Size2d y = p.out_size({x[2], x[3]});
  return {x[0], x[1], y.h, y.w};
}

namespace {

Shape average_shape(const char* op, const Shape& x, const Pool2dParams& p) {
  require(p.dilation == 1, op, ": an average has no dilation, got ", p.dilation);
  return pool2d_shape(op, x, p);
}

void require_grad(const char* op, const Tensor& dy, const Shape& expected) {
  require(dy.shape() == expected, op, ": gradient of the output has shape ", dy.shape(),
          ", expected ", expected);
}

}  // namespace

Tensor max_pool2d(const Tensor& x, const Pool2dParams& p) {
  Tensor y = x.new_empty(pool2d_shape("max_pool2d", x.shape(), p));
  if (y.numel() > 0) dispatch("max_pool2d", &Backend::max_pool2d, {&x, &y}, p, x, y);
  return y;
}

Tensor max_pool2d_grad(const Tensor& x, const Tensor& dy, const Pool2dParams& p) {
  const char* op = "max_pool2d_grad";
  require_grad(op, dy, pool2d_shape(op, x.shape(), p));
  require_same_dtype(op, x, dy);
  Tensor dx = x.new_empty(x.shape());
  if (dx.numel() > 0) dispatch(op, &Backend::max_pool2d_grad, {&x, &dy, &dx}, p, x, dy, dx);
  return dx;
}

Tensor max_pool2d_pick(const Tensor& x, const Tensor& values, const Pool2dParams& p) {
  const char* op = "max_pool2d_pick";
  require(x.shape() == values.shape(), op, ": shapes ", x.shape(), " and ", values.shape());
  require_same_dtype(op, x, values);
  Tensor y = x.new_empty(pool2d_shape(op, x.shape(), p));
  if (y.numel() > 0) dispatch(op, &Backend::max_pool2d_pick, {&x, &values, &y}, p, x, values, y);
  return y;
}

Tensor avg_pool2d(const Tensor& x, const Pool2dParams& p) {
  Tensor y = x.new_empty(average_shape("avg_pool2d", x.shape(), p));
  if (y.numel() > 0) dispatch("avg_pool2d", &Backend::avg_pool2d, {&x, &y}, p, x, y);
  return y;
}

Tensor avg_pool2d_grad(const Tensor& dy, const Shape& x_shape, const Pool2dParams& p) {
  const char* op = "avg_pool2d_grad";
  require_grad(op, dy, average_shape(op, x_shape, p));
  Tensor dx = dy.new_empty(x_shape);
  if (dx.numel() > 0) dispatch(op, &Backend::avg_pool2d_grad, {&dy, &dx}, p, dy, dx);
  return dx;
}

}  // namespace odin::tensor
