#pragma once

#include "odin/tensor/activation.h"
#include "odin/tensor/tensor.h"

namespace odin::tensor {

/// f(x), element by element. A new, contiguous tensor.
Tensor activation(const Tensor& x, const Activation& f);
/// The gradient of sum(dy * activation(x, f)) with respect to x: dy f'(x).
Tensor activation_grad(const Tensor& x, const Tensor& dy, const Activation& f);

}  // namespace odin::tensor
