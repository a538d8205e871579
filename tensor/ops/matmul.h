#pragma once

#include "odin/tensor/tensor.h"

namespace odin::tensor {

/// a [m,k] times b [k,n] is [m,n]. Transposed views are read as they are, without a copy.
Tensor matmul(const Tensor& a, const Tensor& b);

}  // namespace odin::tensor
