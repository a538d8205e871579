#pragma once

#include "odin/autograd/variable.h"

namespace odin::autograd {

// Operands broadcast as in NumPy; the gradient of a broadcast operand is summed over its copies.
Variable add(const Variable& a, const Variable& b);
Variable sub(const Variable& a, const Variable& b);
Variable mul(const Variable& a, const Variable& b);
Variable div(const Variable& a, const Variable& b);

/// a to the power of b. The gradient with respect to b is 0 where a is not above 0.
Variable pow(const Variable& a, const Variable& b);
/// x to the power of a number; negative x only for whole numbers.
Variable pow(const Variable& x, double exponent);
// Where both are equal, each gets half of the gradient.
Variable maximum(const Variable& a, const Variable& b);
Variable minimum(const Variable& a, const Variable& b);

// Comparisons: 1 where they hold, else 0. Without gradient.
Variable less(const Variable& a, const Variable& b);
Variable less_equal(const Variable& a, const Variable& b);
Variable equal(const Variable& a, const Variable& b);
/// a where condition is not 0, else b. The condition gets no gradient.
Variable where(const Variable& condition, const Variable& a, const Variable& b);

/// factor * x + summand
Variable affine(const Variable& x, double factor, double summand);

Variable neg(const Variable& x);
Variable exp(const Variable& x);
Variable log(const Variable& x);
Variable sqrt(const Variable& x);
Variable square(const Variable& x);
/// max(x, 0); the gradient at 0 is 0.
Variable relu(const Variable& x);
/// The gradient of relu: dy where y > 0, else 0. y gets no gradient.
Variable relu_grad(const Variable& dy, const Variable& y);
Variable tanh(const Variable& x);
/// |x|; the gradient at 0 is 0.
Variable abs(const Variable& x);
Variable erf(const Variable& x);
Variable sin(const Variable& x);
Variable cos(const Variable& x);
// Without gradient: they are constant almost everywhere.
Variable floor(const Variable& x);
Variable ceil(const Variable& x);
Variable round(const Variable& x);
Variable sign(const Variable& x);

}  // namespace odin::autograd
