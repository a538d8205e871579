#pragma once

#include <array>

#include "odin/autograd/ops/conv.h"
#include "odin/autograd/ops/norm.h"

namespace odin::autograd {

/// Fused conv2d(relu(batch_norm(x)), weight) + residual. The normalized x is not stored: the
/// convolution and its gradients compute it while they read x. The ReLU is applied only with
/// options.relu. `residual`, of the result's shape, may be undefined. x [N,C,H,W], gamma, beta [C],
/// weight [O,C,KH,KW] -> [N,O,OH,OW].
Variable norm_conv2d(const Variable& x, const Variable& gamma, const Variable& beta,
                     const RunningStats& running, const BatchNormOptions& options, const Variable& weight,
                     const Conv2dParams& p, const Variable& residual = {});

/// Two convolutions of the same relu(batch_norm(x)), whose statistics are computed (and, in
/// training, the running ones updated) once.
std::array<Variable, 2> norm_conv2d_both(const Variable& x, const Variable& gamma,
                                         const Variable& beta, const RunningStats& running,
                                         const BatchNormOptions& options,
                                         const std::array<Variable, 2>& weights,
                                         const std::array<Conv2dParams, 2>& p);

}  // namespace odin::autograd
