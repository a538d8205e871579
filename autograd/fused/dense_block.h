#pragma once

#include <vector>

#include "odin/autograd/ops/norm.h"

namespace odin::autograd {

/// The parameters of one layer of a DenseNet-BC block, which reads C channels and adds K.
struct DenseLayer {
  Variable gamma1, beta1;  ///< [C]
  Variable weight1;        ///< [B,C,1,1]
  Variable gamma2, beta2;  ///< [B]
  Variable weight2;        ///< [K,B,3,3]
  const RunningStats* running1;
  const RunningStats* running2;
};

/// A whole block of DenseNet-BC (Huang et al. 2017): every layer appends
///   conv2d(relu(batch_norm(conv2d(relu(batch_norm(y)), weight1))), weight2)
/// to the channels y so far, which begin with x [N,C,H,W]. The result is all of them.
///
/// Written with batch_norm, conv2d and concat this costs a copy of all channels a layer. Here they
/// lie in one tensor from the beginning: a layer reads its first C channels and writes the next K,
/// its gradient likewise adds to the first C channels of one tensor of gradients, and the
/// statistics of a channel are worked out once for all layers that read it.
Variable dense_block(const Variable& x, const std::vector<DenseLayer>& layers,
                     const BatchNormOptions& options);

}  // namespace odin::autograd
