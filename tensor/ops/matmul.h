#pragma once

#include "odin/tensor/tensor.h"

namespace odin::tensor {

/// The matrix product a b, with a [...,m,k], b [...,k,n] and the result [...,m,n]. The dimensions
/// before the last two are batches of matrices and broadcast. Transposed matrices are read without
/// a copy.
Tensor matmul(const Tensor& a, const Tensor& b);

}  // namespace odin::tensor
