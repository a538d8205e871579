#pragma once

#include "odin/tensor/params.h"
#include "odin/tensor/tensor.h"

// cuDNN's convolutions of tensors on the GPU whose images lie in one piece each. Of the algorithms it
// offers, the first is taken that gives the same bits every time; float32 products are of float32
// operands unless allow_tf32() says otherwise. Each adds to the result's old values if `add`.

namespace odin::tensor::cuda {

/// y [N,O,OH,OW] from x [N,C,H,W] and w [O,C,KH,KW].
void convolve(const Conv2dParams& p, const Tensor& x, const Tensor& w, Tensor& y, bool add);
/// dx from dy and w.
void convolve_input_grad(const Conv2dParams& p, const Tensor& dy, const Tensor& w, Tensor& dx,
                         bool add);
/// dw from x and dy.
void convolve_weight_grad(const Conv2dParams& p, const Tensor& x, const Tensor& dy, Tensor& dw);

}  // namespace odin::tensor::cuda
