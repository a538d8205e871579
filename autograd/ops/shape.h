#pragma once

#include <span>

#include "odin/autograd/variable.h"

namespace odin::autograd {

// Like the functions of the same names in odin/tensor/tensor.h and odin/tensor/ops/concat.h.
Variable reshape(const Variable& x, const Shape& shape);
Variable permute(const Variable& x, const Dims& order);
Variable slice(const Variable& x, int dim, std::int64_t first, std::int64_t last,
               std::int64_t step = 1);
Variable concat(std::span<const Variable> parts, int dim);

}  // namespace odin::autograd
