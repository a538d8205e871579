#pragma once

#include "odin/tensor/params.h"
#include "odin/tensor/tensor.h"

namespace odin::tensor {

/// y[n,o,i,j] = sum over c,a,b of x[n, c, i stride + a - padding, j stride + b - padding] w[o,c,a,b]
/// x [N,C,H,W], w [O,C,KH,KW], y [N,O,OH,OW] with OH = p.out_size(H, KH). Groups and dilation are
/// not part of these networks: a weight whose C is not the input's is an error.
Tensor conv2d(const Tensor& x, const Tensor& w, const Conv2dParams& p = {});

/// The gradient of sum(dy * conv2d(x, w)) with respect to x, whose shape is `x_shape`.
Tensor conv2d_input_grad(const Tensor& dy, const Tensor& w, const Shape& x_shape,
                         const Conv2dParams& p = {});

/// The same with respect to w, whose shape is `w_shape`.
Tensor conv2d_weight_grad(const Tensor& x, const Tensor& dy, const Shape& w_shape,
                          const Conv2dParams& p = {});

}  // namespace odin::tensor
