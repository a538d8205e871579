#pragma once

#include "odin/autograd/variable.h"

namespace odin::autograd {

// As in odin/tensor/ops/reduce.h: empty `dims` means all dimensions.
Variable sum(const Variable& x, const Dims& dims = {}, bool keepdim = false);
Variable mean(const Variable& x, const Dims& dims = {}, bool keepdim = false);
/// The largest element along one dimension; if several are equal, the first gets the gradient.
Variable max(const Variable& x, int dim, bool keepdim = false);

/// Undoes broadcasting; see odin/tensor/ops/reduce.h.
Variable sum_to(const Variable& x, const Shape& shape);

}  // namespace odin::autograd
