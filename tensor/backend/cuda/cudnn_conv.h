#pragma once

#include "odin/tensor/params.h"
#include "odin/tensor/tensor.h"

// Convolutions by cuDNN. The tensors are on the GPU, and each image is contiguous. Uses the first
// algorithm in cuDNN's list that is deterministic; float32 operands are not rounded to TF32 unless
// allow_tf32() is set. With `add`, the result is added to the output's old values. cuDNN knows no
// padding that is not symmetric.

namespace odin::tensor::cuda {

/// y [N,O,OH,OW] from x [N,C,H,W] and w [O,C/groups,KH,KW].
void convolve(const Conv2dParams& p, const Tensor& x, const Tensor& w, Tensor& y, bool add);
/// dx from dy and w.
void convolve_input_grad(const Conv2dParams& p, const Tensor& dy, const Tensor& w, Tensor& dx,
                         bool add);
/// dw from x and dy.
void convolve_weight_grad(const Conv2dParams& p, const Tensor& x, const Tensor& dy, Tensor& dw);

}  // namespace odin::tensor::cuda
