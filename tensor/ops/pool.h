#pragma once

#include "odin/tensor/params.h"
#include "odin/tensor/tensor.h"

namespace odin::tensor {

/// The shape of x [N,C,H,W] after pooling: [N,C,OH,OW] with (OH,OW) = p.out_size((H,W)). Throws,
/// naming `op`, unless the window fits into the padded image and is larger than the padding; all
/// operations of this file make this check.
Shape pool2d_shape(const char* op, const Shape& x, const Pool2dParams& p);

/// The largest element of each window. Padding does not count; NaN if the window has one.
Tensor max_pool2d(const Tensor& x, const Pool2dParams& p = {});
/// The gradient of sum(dy * max_pool2d(x)) with respect to x: each element of dy goes to the first
/// of the largest elements of its window.
Tensor max_pool2d_grad(const Tensor& x, const Tensor& dy, const Pool2dParams& p = {});

/// The elements of `values`, which has x's shape, at the places of the largest elements of x: the
/// gradient of max_pool2d_grad with respect to dy.
Tensor max_pool2d_pick(const Tensor& x, const Tensor& values, const Pool2dParams& p = {});

/// The mean of each window, over p.count() pixels. No dilation.
Tensor avg_pool2d(const Tensor& x, const Pool2dParams& p = {});
/// The gradient of sum(dy * avg_pool2d(x)) with respect to x, whose shape is `x_shape`.
Tensor avg_pool2d_grad(const Tensor& dy, const Shape& x_shape, const Pool2dParams& p = {});

}  // namespace odin::tensor
