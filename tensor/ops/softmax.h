#pragma once

#include "odin/tensor/tensor.h"

namespace odin::tensor {

/// exp(x) / sum of exp(x) over each row of x [rows, classes]; the largest entry is subtracted
/// first, so that no exponential overflows.
Tensor softmax(const Tensor& x);
/// Its logarithm, without taking the logarithm of a rounded 0.
Tensor log_softmax(const Tensor& x);

/// labels [rows] (int64) -> [rows, classes] with 1 at each row's label and 0 elsewhere.
Tensor one_hot(const Tensor& labels, std::int64_t classes, DType dtype = DType::f32);

}  // namespace odin::tensor
