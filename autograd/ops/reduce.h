#pragma once

#include "odin/autograd/variable.h"

namespace odin::autograd {

/// `dims` empty means all dimensions.
Variable sum(const Variable& x, const Dims& dims = {}, bool keepdim = false);
Variable mean(const Variable& x, const Dims& dims = {}, bool keepdim = false);
/// The largest along one dimension; the first of equal ones gets the gradient.
Variable max(const Variable& x, int dim, bool keepdim = false);

}  // namespace odin::autograd
