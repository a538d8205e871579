#pragma once

#include "odin/autograd/variable.h"
#include "odin/tensor/params.h"

namespace odin::autograd {

using tensor::Pool2dParams;

/// The mean of each window: [N,C,H,W] -> [N,C,OH,OW]; see tensor::avg_pool2d.
Variable avg_pool2d(const Variable& x, const Pool2dParams& p = {});
/// The mean of each channel's pixels: [N,C,H,W] -> [N,C].
Variable global_avg_pool(const Variable& x);

}  // namespace odin::autograd
