#pragma once

#include <vector>

#include "odin/autograd/ops/norm.h"

namespace odin::autograd {

/// The parameters of one layer of a DenseNet-BC block, which reads C channels, has B channels
/// between its two convolutions (the bottleneck), and appends K channels.
struct DenseLayer {
  Variable gamma1, beta1;  ///< [C]
  Variable weight1;        ///< [B,C,1,1]
  Variable gamma2, beta2;  ///< [B]
  Variable weight2;        ///< [K,B,3,3]
  const RunningStats* running1;
  const RunningStats* running2;
};

/// A whole block of DenseNet-BC (Huang et al. 2017), fused. Every layer computes
///   conv2d(relu(batch_norm(conv2d(relu(batch_norm(y)), weight1))), weight2)
/// from the channels y so far, at first x [N,C,H,W], and appends its result to them. The 3x3
/// convolution has padding 1. Returns all channels, [N,C + K of all layers,H,W].
///
/// With batch_norm, conv2d and concat, every layer would copy all channels. Here all channels are
/// in one tensor from the start: a layer reads the first C and writes the next K, and its gradient
/// is added to the first C channels of one gradient tensor. The statistics of a channel are
/// computed once for all layers that read it.
Variable dense_block(const Variable& x, const std::vector<DenseLayer>& layers,
                     const BatchNormOptions& options);

}  // namespace odin::autograd
