#pragma once

#include "odin/tensor/channel_map.h"
#include "odin/tensor/tensor.h"

namespace odin::tensor {

// Per-channel work on x [N,C,H,W]; every parameter is [C].
//
// Batch normalization (Ioffe & Szegedy 2015) is y = gamma (x - mean) / sqrt(var + epsilon) + beta,
// which is scale x + shift with scale = gamma / sqrt(var + epsilon), shift = beta - mean scale.

/// The scale and shift of a batch normalization with these statistics and parameters, all [C]. `map`
/// has no ReLU.
struct BatchNormConstants {
  ChannelMap map;
  Tensor inv_std;  ///< 1 / sqrt(var + epsilon)
};
BatchNormConstants batch_norm_constants(const Tensor& mean, const Tensor& var, const Tensor& gamma,
                                        const Tensor& beta, double epsilon);

/// scale x + shift, then max(., 0) if `relu`.
Tensor scale_shift(const Tensor& x, const Tensor& scale, const Tensor& shift, bool relu = false);

/// The gradient of sum(dy * scale_shift(x)) with respect to x.
Tensor scale_shift_grad(const Tensor& x, const Tensor& dy, const Tensor& scale, const Tensor& shift,
                        bool relu = false);

/// y += scale x + shift, in place; y may be any view.
void add_scale_shift_(Tensor& y, const Tensor& x, const Tensor& scale, const Tensor& shift);

struct ChannelStats {
  Tensor mean;
  Tensor var;  ///< biased: divided by N H W
};
ChannelStats channel_stats(const Tensor& x);

/// With g = dy, or dy where scale x + shift > 0 if `relu`.
ChannelGradSums channel_grad_sums(const Tensor& x, const Tensor& dy, const Tensor& mean,
                                  const Tensor& scale, const Tensor& shift, bool relu = false);

/// scale g + slope x + constant, with g as above: the input gradient of batch normalization over
/// batch statistics, whose mean and variance depend on x too.
Tensor batch_norm_grad(const Tensor& x, const Tensor& dy, const Tensor& scale, const Tensor& shift,
                       bool relu, const Tensor& slope, const Tensor& constant);

}  // namespace odin::tensor
