#pragma once

#include "odin/autograd/variable.h"
#include "odin/tensor/params.h"

namespace odin::autograd {

using tensor::Pool2dParams;
using tensor::Size2d;

// [N,C,H,W] -> [N,C,OH,OW]; see odin/tensor/ops/pool.h.
Variable max_pool2d(const Variable& x, const Pool2dParams& p = {});
Variable avg_pool2d(const Variable& x, const Pool2dParams& p = {});

// Their gradients, which have gradients too. x, whose largest pixels are meant, gets none.
Variable max_pool2d_grad(const Variable& x, const Variable& dy, const Pool2dParams& p = {});
Variable max_pool2d_pick(const Variable& x, const Variable& values, const Pool2dParams& p = {});
Variable avg_pool2d_grad(const Variable& dy, const Shape& x_shape, const Pool2dParams& p = {});

/// The mean of each of size.h x size.w parts of the image, which overlap where its size is no
/// multiple, as in PyTorch: part i of n covers rows floor(i H / n) to ceil((i + 1) H / n).
Variable adaptive_avg_pool2d(const Variable& x, const Size2d& size);

/// The mean over all pixels of each channel: [N,C,H,W] -> [N,C].
Variable global_avg_pool(const Variable& x);

}  // namespace odin::autograd
