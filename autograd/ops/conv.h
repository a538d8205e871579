#pragma once

#include "odin/autograd/variable.h"
#include "odin/tensor/params.h"

namespace odin::autograd {

using tensor::Conv2dParams;

/// x [N,C,H,W], weight [O,C/groups,KH,KW] -> [N,O,OH,OW]; see tensor::conv2d. bias [O], of any
/// strides, is added; it may be undefined.
Variable conv2d(const Variable& x, const Variable& weight, const Conv2dParams& p = {},
                const Variable& bias = {});

// Its gradients, which have gradients too; see odin/tensor/ops/conv.h.
Variable conv2d_input_grad(const Variable& dy, const Variable& weight, const Shape& x_shape,
                           const Conv2dParams& p = {});
Variable conv2d_weight_grad(const Variable& x, const Variable& dy, const Shape& w_shape,
                            const Conv2dParams& p = {});

}  // namespace odin::autograd
