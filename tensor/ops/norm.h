#pragma once

#include "odin/tensor/channel_map.h"
#include "odin/tensor/tensor.h"

namespace odin::tensor {

// Operations on each channel of x [N,C,H,W]; every parameter is [C].
//
// Batch normalization (Ioffe & Szegedy 2015) is y = gamma (x - mean) / sqrt(var + epsilon) + beta,
// which equals scale x + shift with scale = gamma / sqrt(var + epsilon), shift = beta - mean scale.

/// The scale and shift of a batch normalization with given statistics and parameters, all [C];
/// `map` is without ReLU.
struct BatchNormConstants {
  ChannelMap map;
  Tensor inv_std;  ///< 1 / sqrt(var + epsilon)
};
BatchNormConstants batch_norm_constants(const Tensor& mean, const Tensor& var, const Tensor& gamma,
                                        const Tensor& beta, double epsilon);

/// scale x + shift, then max(., 0) if `relu`.
Tensor scale_shift(const Tensor& x, const Tensor& scale, const Tensor& shift, bool relu = false);

/// The gradient of sum(dy * scale_shift(x, ...)) with respect to x.
Tensor scale_shift_grad(const Tensor& x, const Tensor& dy, const Tensor& scale, const Tensor& shift,
                        bool relu = false);
/// The same in place of dy, which may be any view without elements that are one in memory.
void scale_shift_grad_(Tensor& dy, const Tensor& x, const Tensor& scale, const Tensor& shift,
                       bool relu = false);

/// In place: y += scale x + shift. y may be any view.
void add_scale_shift_(Tensor& y, const Tensor& x, const Tensor& scale, const Tensor& shift);

/// Mean and variance of each channel over images and pixels, [C].
struct ChannelStats {
  Tensor mean;
  Tensor var;  ///< biased: divided by N H W
};
ChannelStats channel_stats(const Tensor& x);

/// The sums of g and of g (x - mean) over each channel, where g is dy, and with `relu` 0 where
/// scale x + shift <= 0.
ChannelGradSums channel_grad_sums(const Tensor& x, const Tensor& dy, const Tensor& mean,
                                  const Tensor& scale, const Tensor& shift, bool relu = false);

/// scale g + slope x + constant, with g as in channel_grad_sums: the input gradient of batch
/// normalization with batch statistics, whose mean and variance depend on x too.
Tensor batch_norm_grad(const Tensor& x, const Tensor& dy, const Tensor& scale, const Tensor& shift,
                       bool relu, const Tensor& slope, const Tensor& constant);

}  // namespace odin::tensor
