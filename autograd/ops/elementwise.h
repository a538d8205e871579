#pragma once

#include "odin/autograd/variable.h"

namespace odin::autograd {

// Operands broadcast as in NumPy; the gradient of a broadcast operand is summed over its copies.
Variable add(const Variable& a, const Variable& b);
Variable sub(const Variable& a, const Variable& b);
Variable mul(const Variable& a, const Variable& b);
Variable div(const Variable& a, const Variable& b);

/// factor * x + summand
Variable affine(const Variable& x, double factor, double summand);

Variable neg(const Variable& x);
Variable exp(const Variable& x);
Variable log(const Variable& x);
Variable sqrt(const Variable& x);
Variable square(const Variable& x);
/// max(x, 0); the gradient at 0 is 0.
Variable relu(const Variable& x);
Variable tanh(const Variable& x);

}  // namespace odin::autograd
