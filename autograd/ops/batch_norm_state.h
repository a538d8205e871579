#pragma once

#include "odin/autograd/ops/norm.h"
#include "odin/tensor/ops/norm.h"

// What the operations with a batch normalization inside (norm.h, ../fused/*.h) share.

namespace odin::autograd {

/// The statistics that a batch normalization uses, and the scale and shift that follow from them.
struct BatchNormState {
  Tensor mean;
  tensor::BatchNormConstants constants;
  double count;   ///< values of a channel
  bool training;  ///< the statistics are those of x itself

  tensor::ChannelMap map(bool relu) const {
    return {constants.map.scale, constants.map.shift, relu};
  }
};

/// With the batch's own statistics in training (which `batch` may hold already), else the running
/// ones. In training the running statistics are updated.
BatchNormState batch_norm_state(const Tensor& x, const Tensor& gamma, const Tensor& beta,
                                const RunningStats& running, const BatchNormOptions& options,
                                const tensor::ChannelStats& batch = {});

/// In training mean and variance depend on x too. The gradient with respect to x is therefore not
/// scale g alone, but
///   dx = scale (g - mean of g - xhat mean of g xhat),  xhat = (x - mean) inv_std,
/// which is scale g plus a channel map of x: this one. Sums as in tensor::ChannelGradSums.
tensor::ChannelMap statistics_grad(const BatchNormState& n, const Tensor& sum_g,
                                   const Tensor& sum_gx);
/// The same in float64, for those who go on calculating with it.
tensor::ChannelMap statistics_grad_f64(const BatchNormState& n, const Tensor& sum_g,
                                       const Tensor& sum_gx);

}  // namespace odin::autograd
