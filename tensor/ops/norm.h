#pragma once

#include "odin/tensor/tensor.h"

namespace odin::tensor {

// Per-channel work on x [N,C,H,W]; every parameter is [C].
//
// Batch normalisation (Ioffe & Szegedy 2015) is y = gamma (x - mean) / sqrt(var + epsilon) + beta,
// which is scale x + shift with scale = gamma / sqrt(var + epsilon), shift = beta - mean scale.

/// scale x + shift, then max(., 0) if `relu`.
Tensor scale_shift(const Tensor& x, const Tensor& scale, const Tensor& shift, bool relu = false);

/// The gradient of sum(dy * scale_shift(x)) with respect to x.
Tensor scale_shift_grad(const Tensor& x, const Tensor& dy, const Tensor& scale, const Tensor& shift,
                        bool relu = false);

struct ChannelStats {
  Tensor mean;
  Tensor var;  ///< biased: divided by N H W
};
ChannelStats channel_stats(const Tensor& x);

struct ChannelGradSums {
  Tensor sum_g;   ///< sum of g = dy, or of dy where scale x + shift > 0 if `relu`
  Tensor sum_gx;  ///< sum of g (x - mean)
};
ChannelGradSums channel_grad_sums(const Tensor& x, const Tensor& dy, const Tensor& mean,
                                  const Tensor& scale, const Tensor& shift, bool relu = false);

/// scale g + slope (x - mean) + constant, with g as above: the input gradient of batch
/// normalisation over batch statistics, whose mean and variance depend on x too.
Tensor batch_norm_grad(const Tensor& x, const Tensor& dy, const Tensor& mean, const Tensor& scale,
                       const Tensor& shift, bool relu, const Tensor& slope, const Tensor& constant);

}  // namespace odin::tensor
