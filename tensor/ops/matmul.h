#pragma once

#include "odin/tensor/tensor.h"

namespace odin::tensor {

/// The matrix product a b, with a [m,k], b [k,n] and the result [m,n]. Transposed views are read
/// without a copy.
Tensor matmul(const Tensor& a, const Tensor& b);

}  // namespace odin::tensor
