#pragma once

#include "odin/tensor/tensor.h"

namespace odin::tensor {

/// scale_c x + shift_c for every channel c of x [N,C,H,W], then max(., 0) if `relu`: what batch
/// normalization over known statistics, and the ReLU behind it, amount to. scale and shift are [C];
/// without them it is x itself.
struct ChannelMap {
  Tensor scale{}, shift{};
  bool relu = false;

  bool defined() const { return scale.defined(); }
};

/// How the input gradient of conv2d(map(x), w) is carried back through the map to x:
/// dx = add + scale_c g, where g is the gradient with respect to map(x), or 0 where the ReLU let
/// nothing through (worked out again from x).
struct MapGrad {
  Tensor x{};        ///< needed if map is defined
  ChannelMap map{};  ///< undefined: dx = add + g
  Tensor add{};      ///< of dx's shape, or dx itself; undefined: 0
  /// [C]. If it is defined, which needs a map, ChannelGradSums are wanted too.
  Tensor mean{};
};

/// Sums over images and pixels of each channel, [C]: of g and of g (x - mean_c), g as above. Batch
/// normalization over batch statistics needs them on the way back.
struct ChannelGradSums {
  Tensor sum_g{}, sum_gx{};
};

}  // namespace odin::tensor
