#pragma once

#include <array>

#include "odin/autograd/ops/conv.h"
#include "odin/autograd/ops/norm.h"

namespace odin::autograd {

/// conv2d(relu(batch_norm(x)), weight) + residual, without a tensor between them: the normalised x
/// is worked out where the convolution and its gradients read it. `residual` may be undefined.
/// options.relu is taken as it is.
Variable norm_conv2d(const Variable& x, const Variable& gamma, const Variable& beta,
                     const RunningStats& running, const BatchNormOptions& options, const Variable& weight,
                     const Conv2dParams& p, const Variable& residual = {});

/// The same for two convolutions of one relu(batch_norm(x)), whose statistics are taken once.
std::array<Variable, 2> norm_conv2d_both(const Variable& x, const Variable& gamma,
                                         const Variable& beta, const RunningStats& running,
                                         const BatchNormOptions& options,
                                         const std::array<Variable, 2>& weights,
                                         const std::array<Conv2dParams, 2>& p);

}  // namespace odin::autograd
