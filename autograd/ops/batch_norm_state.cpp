#include "odin/autograd/ops/batch_norm_state.h"

#include <bit>

#include "odin/tensor/derived.h"
#include "odin/tensor/ops.h"

namespace odin::autograd {

using tensor::affine;
using tensor::mul;

namespace {

/// Updates a running statistic in place; `running` is a handle, passed by value.
void update(Tensor running, const Tensor& batch, double momentum, double factor) {
  tensor::affine_(running, 1 - momentum, 0);
  tensor::add_(running, affine(batch, momentum * factor, 0));
}

constexpr tensor::DerivedKind kConstants{"scale and shift of a batch normalization"};

/// The cached scale and shift for the running statistics, recomputed after a parameter or a
/// statistic was written to.
tensor::BatchNormConstants evaluated(const RunningStats& running, const Tensor& gamma,
                                     const Tensor& beta, double epsilon) {
  const tensor::DerivedKey key{&kConstants, {std::bit_cast<std::int64_t>(epsilon)}};
  return *tensor::derived<tensor::BatchNormConstants>(
      {&gamma, &beta, &running.mean, &running.var}, key, [&] {
        return tensor::batch_norm_constants(running.mean, running.var, gamma, beta, epsilon);
      });
}

}  // namespace

BatchNormState batch_norm_state(const Tensor& x, const Tensor& gamma, const Tensor& beta,
                                const RunningStats& running, const BatchNormOptions& o,
                                const tensor::ChannelStats& batch) {
  require(x.rank() == 4 && x.dim(1) > 0, "batch_norm: expected [N,C,H,W] with C > 0, got ",
          x.shape());
  const auto count = static_cast<double>(x.numel() / x.dim(1));
  if (!o.training) return {running.mean, evaluated(running, gamma, beta, o.epsilon), count, false};
  require(count > 1, "batch_norm: training needs more than one value a channel, got input ",
          x.shape());
  const auto stats = batch.mean.defined() ? batch : tensor::channel_stats(x);
  update(running.mean, stats.mean, o.momentum, 1);
  update(running.var, stats.var, o.momentum, count / (count - 1));
  return {stats.mean, tensor::batch_norm_constants(stats.mean, stats.var, gamma, beta, o.epsilon),
          count, true};
}

tensor::ChannelMap statistics_grad_f64(const BatchNormState& n, const Tensor& sum_g,
                                       const Tensor& sum_gx) {
  const auto wide = [](const Tensor& t) { return t.to(DType::f64); };
  const Tensor factor = affine(wide(n.constants.map.scale), -1 / n.count, 0);
  const Tensor slope = mul(mul(factor, tensor::square(wide(n.constants.inv_std))), wide(sum_gx));
  const Tensor constant = mul(factor, wide(sum_g));
  return {slope, tensor::sub(constant, mul(slope, wide(n.mean))), false};
}

tensor::ChannelMap statistics_grad(const BatchNormState& n, const Tensor& sum_g,
                                   const Tensor& sum_gx) {
  const tensor::ChannelMap map = statistics_grad_f64(n, sum_g, sum_gx);
  return {map.scale.to(sum_g.dtype()), map.shift.to(sum_g.dtype()), false};
}

}  // namespace odin::autograd
