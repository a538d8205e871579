#pragma once

#include "odin/tensor/tensor.h"

namespace odin::tensor {

/// The slices of x at `positions` (int64, [m]) of dimension `dim`, whose size becomes m. Throws for
/// positions outside [0, size of dim); on a GPU the error is thrown when the program next waits for
/// it.
Tensor gather(const Tensor& x, int dim, const Tensor& positions);
/// The gradient of sum(dy * gather(x)) with respect to x, whose shape is `x_shape`.
Tensor gather_grad(const Tensor& dy, int dim, const Tensor& positions, const Shape& x_shape);

}  // namespace odin::tensor
