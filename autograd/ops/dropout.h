#pragma once

#include "odin/autograd/variable.h"
#include "odin/tensor/random.h"

namespace odin::autograd {

/// Sets each element to 0 with probability p and divides the others by 1 - p, so that the mean stays
/// (Srivastava et al. 2014); for training. Which elements depends on `random` alone. 0 <= p < 1.
Variable dropout(const Variable& x, double p, const tensor::Random& random);

}  // namespace odin::autograd
