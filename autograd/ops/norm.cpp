#include "odin/autograd/ops/norm.h"

#include "odin/tensor/ops.h"

namespace odin::autograd {
namespace {

using tensor::affine;
using tensor::mul;

/// y = scale x + shift, and what its gradient needs.
struct Normalisation {
  Tensor mean, inv_std, scale, shift;
};

/// Worked out in double and rounded once: shift is often the small difference of large numbers, and
/// an error in it moves every pixel of a channel across the ReLU's edge the same way.
Normalisation normalisation(const Tensor& mean, const Tensor& var, const Tensor& gamma,
                            const Tensor& beta, double epsilon) {
  const Tensor one = Tensor::scalar(1, DType::f64);
  const Tensor inv_std = tensor::div(one, tensor::sqrt(affine(var.to(DType::f64), 1, epsilon)));
  const Tensor scale = mul(gamma.to(DType::f64), inv_std);
  const Tensor shift = tensor::sub(beta.to(DType::f64), mul(mean.to(DType::f64), scale));
  const DType dtype = var.dtype();
  return {mean, inv_std.to(dtype), scale.to(dtype), shift.to(dtype)};
}

void update(Tensor& running, const Tensor& batch, double momentum, double factor) {
  tensor::affine_(running, 1 - momentum, 0);
  tensor::add_(running, affine(batch, momentum * factor, 0));
}

Variable batch_norm_eval(const Variable& x, const Variable& gamma, const Variable& beta,
                         const RunningStats& running, const BatchNormOptions& o) {
  const Normalisation n =
      normalisation(running.mean, running.var, gamma.value(), beta.value(), o.epsilon);
  const Tensor y = tensor::scale_shift(x.value(), n.scale, n.shift, o.relu);
  return record(o.relu ? "batch_norm_relu" : "batch_norm", y, {x, gamma, beta},
                [n, o, xv = x.value()](const Tensor& dy, Gradients& into) {
                  if (into.wants(0))
                    into.add(0, tensor::scale_shift_grad(xv, dy, n.scale, n.shift, o.relu));
                  if (!into.wants(1) && !into.wants(2)) return;
                  const auto sums =
                      tensor::channel_grad_sums(xv, dy, n.mean, n.scale, n.shift, o.relu);
                  if (into.wants(1)) into.add(1, mul(sums.sum_gx, n.inv_std));
                  if (into.wants(2)) into.add(2, sums.sum_g);
                });
}

Variable batch_norm_training(const Variable& x, const Variable& gamma, const Variable& beta,
                             RunningStats& running, const BatchNormOptions& o) {
  const auto stats = tensor::channel_stats(x.value());
  const auto count = static_cast<double>(x.value().numel() / x.dim(1));
  require(count > 1, "batch_norm: training needs more than one value a channel, got input ",
          x.shape());
  update(running.mean, stats.mean, o.momentum, 1);
  update(running.var, stats.var, o.momentum, count / (count - 1));

  const Normalisation n =
      normalisation(stats.mean, stats.var, gamma.value(), beta.value(), o.epsilon);
  const Tensor y = tensor::scale_shift(x.value(), n.scale, n.shift, o.relu);
  return record(
      o.relu ? "batch_norm_relu" : "batch_norm", y, {x, gamma, beta},
      [n, o, count, xv = x.value()](const Tensor& dy, Gradients& into) {
        const auto sums = tensor::channel_grad_sums(xv, dy, n.mean, n.scale, n.shift, o.relu);
        if (into.wants(1)) into.add(1, mul(sums.sum_gx, n.inv_std));
        if (into.wants(2)) into.add(2, sums.sum_g);
        if (!into.wants(0)) return;
        // dx = scale (g - mean of g - xhat mean of g xhat), with xhat = (x - mean) inv_std.
        const Tensor slope =
            affine(mul(mul(n.scale, tensor::square(n.inv_std)), sums.sum_gx), -1 / count, 0);
        const Tensor constant = affine(mul(n.scale, sums.sum_g), -1 / count, 0);
        into.add(
            0, tensor::batch_norm_grad(xv, dy, n.mean, n.scale, n.shift, o.relu, slope, constant));
      });
}

}  // namespace

Variable batch_norm(const Variable& x, const Variable& gamma, const Variable& beta,
                    RunningStats& running, const BatchNormOptions& options) {
  return options.training ? batch_norm_training(x, gamma, beta, running, options)
                          : batch_norm_eval(x, gamma, beta, running, options);
}

}  // namespace odin::autograd
