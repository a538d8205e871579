#pragma once

#include "odin/tensor/params.h"
#include "odin/tensor/tensor.h"

namespace odin::tensor {

/// The mean of each kernel x kernel window: [N,C,H,W] -> [N,C,p.out_size(H),p.out_size(W)]. Throws
/// if the image is smaller than the window.
Tensor avg_pool2d(const Tensor& x, const Pool2dParams& p = {});
/// The gradient of sum(dy * avg_pool2d(x)) with respect to x, whose shape is `x_shape`.
Tensor avg_pool2d_grad(const Tensor& dy, const Shape& x_shape, const Pool2dParams& p = {});

}  // namespace odin::tensor
