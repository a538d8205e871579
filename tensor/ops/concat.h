#pragma once

#include <span>

#include "odin/tensor/tensor.h"

namespace odin::tensor {

/// The parts one after another along `dim`; their other sizes must be equal.
Tensor concat(std::span<const Tensor> parts, int dim);

}  // namespace odin::tensor
