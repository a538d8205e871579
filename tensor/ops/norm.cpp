#include "odin/tensor/ops/norm.h"

#include "odin/tensor/backend/backend.h"

namespace odin::tensor {
namespace {

void check(const char* op, const Tensor& x, std::initializer_list<const Tensor*> channels) {
  require(x.rank() == 4 && x.dim(1) > 0, op, ": expected [N,C,H,W] with C > 0, got ", x.shape());
  for (const Tensor* t : channels) {
    require(t->rank() == 1 && t->dim(0) == x.dim(1), op, ": expected one value a channel, [",
            x.dim(1), "], got ", t->shape(), " (input ", x.shape(), ")");
    require(t->dtype() == x.dtype(), op, ": input is ", x.dtype(), ", parameters are ", t->dtype());
    require(t->is_contiguous(), op, ": the parameters must be contiguous, got strides ",
            t->strides());
  }
}

void check_grad(const char* op, const Tensor& x, const Tensor& dy) {
  require(dy.shape() == x.shape() && dy.dtype() == x.dtype(), op,
          ": gradient of the output has shape ", dy.shape(), ", expected ", x.shape());
}

Tensor like(const Tensor& x) { return x.new_empty(x.shape()); }
Tensor per_channel(const Tensor& x) { return x.new_empty({x.dim(1)}); }

}  // namespace

BatchNormConstants batch_norm_constants(const Tensor& mean, const Tensor& var, const Tensor& gamma,
                                        const Tensor& beta, double epsilon) {
  for (const Tensor* t : {&mean, &var, &gamma, &beta})
    require(t->rank() == 1 && t->shape() == mean.shape() && t->dtype() == mean.dtype(),
            "batch_norm: expected [", mean.numel(), "] of ", mean.dtype(), " for each of mean, ",
            "variance, weight and bias, got ", t->shape(), " of ", t->dtype());
  const auto like_mean = [&] { return mean.new_empty(mean.shape()); };
  BatchNormConstants c{{like_mean(), like_mean(), false}, like_mean()};
  dispatch("batch_norm_constants", &Backend::batch_norm_constants,
           {&mean, &var, &gamma, &beta, &c.map.scale}, mean, var, gamma, beta, epsilon, c.inv_std,
           c.map.scale, c.map.shift);
  return c;
}

Tensor scale_shift(const Tensor& x, const Tensor& scale, const Tensor& shift, bool relu) {
  check("scale_shift", x, {&scale, &shift});
  Tensor y = like(x);
  dispatch("scale_shift", &Backend::scale_shift, {&x, &scale, &shift, &y}, x, scale, shift, relu,
           y);
  return y;
}

Tensor scale_shift_grad(const Tensor& x, const Tensor& dy, const Tensor& scale, const Tensor& shift,
                        bool relu) {
  check("scale_shift_grad", x, {&scale, &shift});
  check_grad("scale_shift_grad", x, dy);
  Tensor dx = like(x);
  dispatch("scale_shift_grad", &Backend::scale_shift_grad, {&x, &dy, &scale, &shift, &dx}, x, dy,
           scale, shift, relu, dx);
  return dx;
}

void scale_shift_grad_(Tensor& dy, const Tensor& x, const Tensor& scale, const Tensor& shift,
                       bool relu) {
  check("scale_shift_grad", x, {&scale, &shift});
  check_grad("scale_shift_grad", x, dy);
  dispatch("scale_shift_grad", &Backend::scale_shift_grad, {&x, &dy, &scale, &shift, &dy}, x, dy,
           scale, shift, relu, dy);
}

void add_scale_shift_(Tensor& y, const Tensor& x, const Tensor& scale, const Tensor& shift) {
  check("add_scale_shift", x, {&scale, &shift});
  require(y.shape() == x.shape() && y.dtype() == x.dtype(), "add_scale_shift: the sum has shape ",
          y.shape(), ", the input ", x.shape());
  dispatch("add_scale_shift", &Backend::add_scale_shift, {&x, &scale, &shift, &y}, x, scale, shift,
           y);
}

ChannelStats channel_stats(const Tensor& x) {
  check("channel_stats", x, {});
  require(x.numel() > 0, "channel_stats: no elements in ", x.shape());
  ChannelStats s{per_channel(x), per_channel(x)};
  dispatch("channel_stats", &Backend::channel_stats, {&x, &s.mean}, x, s.mean, s.var);
  return s;
}

ChannelGradSums channel_grad_sums(const Tensor& x, const Tensor& dy, const Tensor& mean,
                                  const Tensor& scale, const Tensor& shift, bool relu) {
  check("channel_grad_sums", x, {&mean, &scale, &shift});
  check_grad("channel_grad_sums", x, dy);
  ChannelGradSums s{per_channel(x), per_channel(x)};
  dispatch("channel_grad_sums", &Backend::channel_grad_sums,
           {&x, &dy, &mean, &scale, &shift, &s.sum_g}, x, dy, mean, scale, shift, relu, s.sum_g,
           s.sum_gx);
  return s;
}

Tensor batch_norm_grad(const Tensor& x, const Tensor& dy, const Tensor& scale, const Tensor& shift,
                       bool relu, const Tensor& slope, const Tensor& constant) {
  check("batch_norm_grad", x, {&scale, &shift, &slope, &constant});
  check_grad("batch_norm_grad", x, dy);
  Tensor dx = like(x);
  dispatch("batch_norm_grad", &Backend::batch_norm_grad,
           {&x, &dy, &scale, &shift, &slope, &constant, &dx}, x, dy, scale, shift, relu, slope,
           constant, dx);
  return dx;
}

}  // namespace odin::tensor
