#include "odin/autograd/ops/batch_norm_state.h"

#include <algorithm>
#include <bit>
#include <vector>

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

#ifndef ODIN_NO_SHARED_STATISTICS
/// The statistics of all processes together, and `count` with them.
tensor::ChannelStats of_all(StatisticsSum& sum, const tensor::ChannelStats& own, double& count) {
  const auto mean = own.mean.to(DType::f64).to_vector<double>();
  const auto var = own.var.to(DType::f64).to_vector<double>();
  const std::size_t channels = mean.size();
  std::vector<double> sums{count};  // then of the values, and of their squares
  for (const double m : mean) sums.push_back(count * m);
  for (std::size_t c = 0; c < channels; ++c) sums.push_back(count * (var[c] + mean[c] * mean[c]));
  sum.add_up(sums);
  count = sums[0];
  std::vector<double> means, vars;
  for (std::size_t c = 0; c < channels; ++c) {
    means.push_back(sums[1 + c] / count);
    vars.push_back(std::max(0.0, sums[1 + channels + c] / count - means[c] * means[c]));
  }
  const auto like_own = [&](const std::vector<double>& values) {
    return Tensor::from(values, own.mean.shape()).to(own.mean.dtype()).to(own.mean.device());
  };
  return {like_own(means), like_own(vars)};
}

Tensor of_all(StatisticsSum& sum, const Tensor& own) {
  std::vector<double> values = own.to(DType::f64).to_vector<double>();
  sum.add_up(values);
  return Tensor::from(values, own.shape()).to(own.device());
}
#endif

}  // namespace

BatchNormState batch_norm_state(const Tensor& x, const Tensor& gamma, const Tensor& beta,
                                const RunningStats& running, const BatchNormOptions& o,
                                const tensor::ChannelStats& batch) {
  require(x.rank() == 4 && x.dim(1) > 0, "batch_norm: expected [N,C,H,W] with C > 0, got ",
          x.shape());
  auto count = static_cast<double>(x.numel() / x.dim(1));
  if (!o.training) return {running.mean, evaluated(running, gamma, beta, o.epsilon), count, false};
  StatisticsSum* shared = nullptr;
#ifndef ODIN_NO_SHARED_STATISTICS
  shared = statistics_sum.get();
#endif
  require(count > 1 || (shared && count > 0),
          "batch_norm: training needs more than one value a channel, got input ", x.shape());
  auto stats = batch.mean.defined() ? batch : tensor::channel_stats(x);
#ifndef ODIN_NO_SHARED_STATISTICS
  if (shared) stats = of_all(*shared, stats, count);
  require(count > 1, "batch_norm: training needs more than one value a channel");
#endif
  update(running.mean, stats.mean, o.momentum, 1);
  update(running.var, stats.var, o.momentum, count / (count - 1));
  return {stats.mean, tensor::batch_norm_constants(stats.mean, stats.var, gamma, beta, o.epsilon),
          count, true, shared};
}

tensor::ChannelMap statistics_grad_f64(const BatchNormState& n, const Tensor& sum_g,
                                       const Tensor& sum_gx) {
  const auto wide = [](const Tensor& t) { return t.to(DType::f64); };
  Tensor g = wide(sum_g), gx = wide(sum_gx);
#ifndef ODIN_NO_SHARED_STATISTICS
  if (n.shared) {
    g = of_all(*n.shared, g);
    gx = of_all(*n.shared, gx);
  }
#endif
  const Tensor factor = affine(wide(n.constants.map.scale), -1 / n.count, 0);
  const Tensor slope = mul(mul(factor, tensor::square(wide(n.constants.inv_std))), gx);
  const Tensor constant = mul(factor, g);
  return {slope, tensor::sub(constant, mul(slope, wide(n.mean))), false};
}

tensor::ChannelMap statistics_grad(const BatchNormState& n, const Tensor& sum_g,
                                   const Tensor& sum_gx) {
  const tensor::ChannelMap map = statistics_grad_f64(n, sum_g, sum_gx);
  return {map.scale.to(sum_g.dtype()), map.shift.to(sum_g.dtype()), false};
}

}  // namespace odin::autograd
