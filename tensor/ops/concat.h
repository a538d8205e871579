#pragma once

#include <span>

#include "odin/tensor/tensor.h"

namespace odin::tensor {

/// Concatenates the parts along dimension `dim`; their other sizes and their dtypes must be equal.
Tensor concat(std::span<const Tensor> parts, int dim);

}  // namespace odin::tensor
