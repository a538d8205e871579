#pragma once

#include "odin/tensor/activation.h"
#include "odin/tensor/tensor.h"

namespace odin::tensor {

/// map(x) = scale_c x + shift_c for every channel c of x [N,C,H,W], then max(., 0) if `relu`. Batch
/// normalization with given statistics, followed by ReLU, has this form. scale and shift are [C];
/// an undefined map is the identity.
struct ChannelMap {
  Tensor scale{}, shift{};
  bool relu = false;

  bool defined() const { return scale.defined(); }
};

/// What a convolution does with its sums before it writes them: y = f(sums + bias_o + add), with an
/// activation f.
struct ConvEnd {
  Tensor bias{};  ///< [O]; undefined: 0
  Tensor add{};   ///< has y's shape, or is y itself; undefined: 0
  Activation activation{};
  /// Whether a gradient will be taken through the result. It depends on signs near 0, so that the
  /// fastest algorithm, if its rounding errors are larger, is not used where they matter most.
  bool differentiated = false;
};

/// A 1x1 convolution before another one: f(conv2d(x, weight) + bias).
struct PointwiseConv {
  Tensor weight{};  ///< [M,C,1,1]
  Tensor bias{};    ///< [M]; undefined: 0
  Activation activation{};
};

/// How the input gradient of conv2d(map(x), w) is propagated through the map to x:
/// dx = add + scale_c g, where g is the gradient with respect to map(x), and 0 where the ReLU's
/// result is 0 (recomputed from x).
struct MapGrad {
  Tensor x{};        ///< required if `map` is defined
  ChannelMap map{};  ///< undefined: dx = add + g
  Tensor add{};      ///< has dx's shape, or is dx itself; undefined: 0
  /// [C]. If defined, ChannelGradSums are computed too; requires `map`.
  Tensor mean{};
};

/// Sums over the images and pixels of each channel, [C]: of g and of g (x - mean_c), with g as in
/// MapGrad. The gradient of batch normalization with batch statistics needs them.
struct ChannelGradSums {
  Tensor sum_g{}, sum_gx{};
};

}  // namespace odin::tensor
