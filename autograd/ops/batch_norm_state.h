#pragma once

#include "odin/autograd/ops/norm.h"
#include "odin/autograd/ops/shared_statistics.h"
#include "odin/tensor/ops/norm.h"

// Shared by the operations that contain a batch normalization (norm.h, ../fused/*.h).

namespace odin::autograd {

/// The statistics that a batch normalization uses, and the scale and shift computed from them.
struct BatchNormState {
  Tensor mean;
  tensor::BatchNormConstants constants;
  double count;   ///< number of values per channel, N H W; of all processes if they share it
  bool training;  ///< whether the statistics are those of the batch
  StatisticsSum* shared = nullptr;  ///< of processes that share the batch

  tensor::ChannelMap map(bool relu) const {
    return {constants.map.scale, constants.map.shift, relu};
  }
};

/// In training, uses the batch's statistics (`batch`, or computed from x if that is undefined) and
/// updates the running ones, which is not thread-safe. Otherwise uses the running statistics and
/// the cached scale and shift. Where statistics_sum is set, the batch's statistics are those of all
/// processes.
BatchNormState batch_norm_state(const Tensor& x, const Tensor& gamma, const Tensor& beta,
                                const RunningStats& running, const BatchNormOptions& options,
                                const tensor::ChannelStats& batch = {});

/// In training, mean and variance depend on x too, so the gradient with respect to x is not scale g
/// but (Ioffe & Szegedy 2015)
///   dx = scale (g - mean of g - xhat mean of (g xhat)),  xhat = (x - mean) inv_std.
/// This is scale g plus a channel map of x; the function returns that map. sum_g and sum_gx are
/// tensor::ChannelGradSums of this process; those of others that share the batch are added.
tensor::ChannelMap statistics_grad(const BatchNormState& n, const Tensor& sum_g,
                                   const Tensor& sum_gx);
/// The same in float64, for callers that sum several of these maps.
tensor::ChannelMap statistics_grad_f64(const BatchNormState& n, const Tensor& sum_g,
                                       const Tensor& sum_gx);

}  // namespace odin::autograd
