#include "odin/tensor/ops/conv.h"

#include <algorithm>

#include "odin/tensor/backend/backend.h"
#include "odin/tensor/ops/check.h"
#include "odin/tensor/ops/elementwise.h"

namespace odin::tensor {
namespace {

/// The operands' shapes for an error message, formatted only if there is an error.
struct Operands {
  const Shape &x, &w;
  friend std::string to_string(const Operands& o) {
    return "(input " + to_string(o.x) + ", weight " + to_string(o.w) + ')';
  }
};

void require_params(const char* op, const Conv2dParams& p) {
  const Padding2d& pad = p.padding;
  require(std::min({p.stride.h, p.stride.w}) >= 1 &&
              std::min({pad.top, pad.left, pad.bottom, pad.right}) >= 0,
          op, ": expected stride >= 1 and padding >= 0, got ", p.stride, " and ", pad);
  require(std::min(p.dilation.h, p.dilation.w) >= 1 && p.groups >= 1, op,
          ": expected dilation and groups >= 1, got ", p.dilation, " and ", p.groups);
}

}  // namespace

Shape conv2d_shape(const char* op, const Shape& x, const Shape& w, const Conv2dParams& p) {
  const Operands shapes{x, w};
  require(x.rank() == 4, op, ": input must be [N,C,H,W] ", shapes);
  require(w.rank() == 4, op, ": weight must be [O,C,KH,KW] ", shapes);
  require_params(op, p);
  require(x[1] == w[1] * p.groups, op, ": input has ", x[1], " channels, weight expects ",
          w[1] * p.groups, p.groups > 1 ? " in groups " : " ", shapes);
  require(w[0] % p.groups == 0, op, ": ", w[0], " output channels do not split into ", p.groups,
          " groups ", shapes);
  require(w[1] > 0, op, ": weight has no input channels ", shapes);
  require(w[2] > 0 && w[3] > 0, op, ": the kernel is empty ", shapes);
  const Padding2d& pad = p.padding;
  const Size2d kernel = p.extent({w[2], w[3]});
  require(x[2] + pad.top + pad.bottom >= kernel.h && x[3] + pad.left + pad.right >= kernel.w, op,
          ": kernel is larger than the padded input, padding ", pad, " ", shapes);
  const Size2d y = p.out_size({x[2], x[3]}, {w[2], w[3]});
  return {x[0], w[0], y.h, y.w};
}

namespace {

void require_output(const char* op, const Tensor& dy, const Shape& expected) {
  require(dy.shape() == expected, op, ": gradient of the output has shape ", dy.shape(),
          ", expected ", expected);
}

void require_map(const char* op, const ChannelMap& map, const Tensor& x) {
  if (!map.defined()) return;
  for (const Tensor* t : {&map.scale, &map.shift})
    require(t->shape() == Shape{x.dim(1)} && t->dtype() == x.dtype() && t->is_contiguous(), op,
            ": the channel map needs one ", x.dtype(), " a channel, [", x.dim(1), "], got ",
            t->shape(), " of ", t->dtype());
}

void require_bias(const char* op, const Tensor& bias, const Tensor& w) {
  if (!bias.defined()) return;
  require(bias.shape() == Shape{w.dim(0)} && bias.dtype() == w.dtype() && bias.is_contiguous(), op,
          ": expected a bias of ", w.dtype(), " for each output channel, [", w.dim(0), "], got ",
          bias.shape(), " of ", bias.dtype());
}

/// through.mean, if defined, must be [C] and requires a map: kernels without a map compute no sums.
void require_mean(const char* op, const MapGrad& through, const Tensor& dx) {
  const Tensor& mean = through.mean;
  if (!mean.defined()) return;
  require(through.map.defined(), op, ": sums are wanted, and there is no channel map");
  require(mean.shape() == Shape{dx.dim(1)} && mean.dtype() == dx.dtype() && mean.is_contiguous(),
          op, ": the sums need one mean of ", dx.dtype(), " a channel, [", dx.dim(1), "], got ",
          mean.shape(), " of ", mean.dtype());
}

/// Each image of an output must be contiguous; there may be gaps between images.
void require_images(const char* op, const char* what, const Tensor& t, const Shape& expected,
                    DType dtype) {
  require(t.shape() == expected && t.dtype() == dtype, op, ": ", what, " is ", t.shape(), " of ",
          t.dtype(), ", expected ", expected, " of ", dtype);
  require(t.numel() == 0 || t.select(0, 0).is_contiguous(), op, ": the images of ", what,
          " must be contiguous");
}

}  // namespace

Tensor conv2d(const Tensor& x, const Tensor& w, const Conv2dParams& p, const ConvEnd& end) {
  Tensor y = x.new_empty(conv2d_shape("conv2d", x.shape(), w.shape(), p));
  conv2d_into(y, x, {}, w, p, end);
  return y;
}

void conv2d_into(Tensor& y, const Tensor& x, const ChannelMap& map, const Tensor& w,
                 const Conv2dParams& p, const ConvEnd& end) {
  const char* op = "conv2d";
  const Shape shape = conv2d_shape(op, x.shape(), w.shape(), p);
  require_same_dtype(op, x, w);
  require_map(op, map, x);
  require_images(op, "the output", y, shape, x.dtype());
  const Tensor &add = end.add, &bias = end.bias;
  if (add.defined()) require_images(op, "the summand", add, shape, x.dtype());
  require_bias(op, bias, w);
  if (y.numel() > 0)
    dispatch(op, &Backend::conv2d, {&x, &w, &map.scale, &map.shift, &bias, &add, &y}, p, x, map, w,
             end, y);
}

Tensor conv2d_pair(const Tensor& x, const PointwiseConv& first, const Tensor& w,
                   const Conv2dParams& p, const ConvEnd& end) {
  const char* op = "conv2d_pair";
  const Shape between = conv2d_shape(op, x.shape(), first.weight.shape(), {});
  const Shape shape = conv2d_shape(op, between, w.shape(), p);
  require(first.weight.dim(2) == 1 && first.weight.dim(3) == 1 && p.groups == w.dim(0) &&
              w.dim(1) == 1 && !end.add.defined(),
          op, ": expected a 1x1 convolution, then a depthwise one without a summand, got weights ",
          first.weight.shape(), " and ", w.shape(), " in ", p.groups, " groups");
  for (const Tensor* t : {&first.weight, &w}) require_same_dtype(op, x, *t);
  require_bias(op, first.bias, first.weight);
  require_bias(op, end.bias, w);
  Tensor y = x.new_empty(shape);
  if (y.numel() > 0)
    dispatch(op, &Backend::conv2d_pair, {&x, &first.weight, &w, &first.bias, &end.bias, &y}, p, x,
             first, w, end, y);
  return y;
}

Tensor conv2d_input_grad(const Tensor& dy, const Tensor& w, const Shape& x_shape,
                         const Conv2dParams& p) {
  const char* op = "conv2d_input_grad";
  require_output(op, dy, conv2d_shape(op, x_shape, w.shape(), p));
  require_same_dtype(op, dy, w);
  if (dy.numel() == 0 || numel(x_shape) == 0) return dy.new_zeros(x_shape);
  Tensor dx = dy.new_empty(x_shape);
  Tensor none;
  dispatch(op, &Backend::conv2d_input_grad, {&dy, &w, &dx}, p, dy, w, MapGrad(), dx, none, none);
  return dx;
}

ChannelGradSums conv2d_input_grad_into(Tensor& dx, const Tensor& dy, const Tensor& w,
                                       const MapGrad& through, const Conv2dParams& p) {
  const char* op = "conv2d_input_grad";
  require_output(op, dy, conv2d_shape(op, dx.shape(), w.shape(), p));
  require_same_dtype(op, dy, w);
  require_map(op, through.map, dx);
  require_images(op, "the input's gradient", dx, dx.shape(), dy.dtype());
  if (through.map.defined())
    require(through.x.shape() == dx.shape() && through.x.dtype() == dx.dtype(), op,
            ": the input is ", through.x.shape(), ", its gradient ", dx.shape());
  if (through.add.defined()) require_images(op, "the summand", through.add, dx.shape(), dx.dtype());
  require_mean(op, through, dx);
  ChannelGradSums sums;
  if (through.mean.defined()) sums = {dx.new_empty({dx.dim(1)}), dx.new_empty({dx.dim(1)})};
  if (dy.numel() > 0 && dx.numel() > 0) {
    dispatch(op, &Backend::conv2d_input_grad,
             {&dy, &w, &through.x, &through.map.scale, &through.map.shift, &through.mean,
              &through.add, &dx},
             p, dy, w, through, dx, sums.sum_g, sums.sum_gx);
    return sums;
  }
  for (Tensor* t : {&sums.sum_g, &sums.sum_gx})
    if (t->defined()) fill_(*t, 0);
  if (through.add.defined())
    copy_(dx, through.add);
  else
    fill_(dx, 0);
  return sums;
}

Tensor conv2d_weight_grad(const Tensor& x, const Tensor& dy, const Shape& w_shape,
                          const Conv2dParams& p, const ChannelMap& map) {
  const char* op = "conv2d_weight_grad";
  require_output(op, dy, conv2d_shape(op, x.shape(), w_shape, p));
  require_same_dtype(op, x, dy);
  require_map(op, map, x);
  if (dy.numel() == 0) return x.new_zeros(w_shape);
  Tensor dw = x.new_empty(w_shape);
  dispatch(op, &Backend::conv2d_weight_grad, {&x, &dy, &map.scale, &map.shift, &dw}, p, x, map, dy,
           dw);
  return dw;
}

}  // namespace odin::tensor
