#pragma once

#include "odin/tensor/tensor.h"

namespace odin::tensor {

/// exp(x) / sum of exp(x) for each row of x [rows, classes]. The largest entry of the row is
/// subtracted first, so that no exponential overflows.
Tensor softmax(const Tensor& x);
/// log(softmax(x)), computed directly, so that small probabilities do not become log(0).
Tensor log_softmax(const Tensor& x);

/// labels [rows] (int64) -> [rows, classes] with 1 at each row's label and 0 elsewhere. Throws for
/// labels outside [0, classes); on a GPU the error is thrown when the program next waits for it.
Tensor one_hot(const Tensor& labels, std::int64_t classes, DType dtype = DType::f32);

}  // namespace odin::tensor
