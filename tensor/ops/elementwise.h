#pragma once

#include "odin/tensor/tensor.h"

namespace odin::tensor {

// Operations on every element. Two operands broadcast as in NumPy and must have the same dtype.
// Results are new, contiguous tensors.
Tensor add(const Tensor& a, const Tensor& b);
Tensor sub(const Tensor& a, const Tensor& b);
Tensor mul(const Tensor& a, const Tensor& b);
Tensor div(const Tensor& a, const Tensor& b);
/// a to the power of b.
Tensor pow(const Tensor& a, const Tensor& b);
/// NaN if one of the operands is.
Tensor maximum(const Tensor& a, const Tensor& b);
Tensor minimum(const Tensor& a, const Tensor& b);

// Comparisons: 1 where they hold, else 0.
Tensor less(const Tensor& a, const Tensor& b);
Tensor less_equal(const Tensor& a, const Tensor& b);
Tensor equal(const Tensor& a, const Tensor& b);

/// a where condition is not 0, else b. The three broadcast and have the same dtype.
Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b);

/// factor * x + summand
Tensor affine(const Tensor& x, double factor, double summand);

Tensor neg(const Tensor& x);
Tensor exp(const Tensor& x);
Tensor log(const Tensor& x);
Tensor sqrt(const Tensor& x);
Tensor square(const Tensor& x);
Tensor abs(const Tensor& x);
/// max(x, 0); NaN stays NaN.
Tensor relu(const Tensor& x);
Tensor tanh(const Tensor& x);
Tensor erf(const Tensor& x);
Tensor sin(const Tensor& x);
Tensor cos(const Tensor& x);
Tensor floor(const Tensor& x);
Tensor ceil(const Tensor& x);
/// To the nearest integer, halves to the even one.
Tensor round(const Tensor& x);
/// -1, 0 or 1; NaN stays NaN.
Tensor sign(const Tensor& x);
/// The gradient of relu: dy where y > 0, else 0. `y` may be the result of relu or its argument.
Tensor relu_grad(const Tensor& dy, const Tensor& y);
/// +1 where x >= 0, else -1, never 0: the sign as in ODIN's published code.
Tensor step_sign(const Tensor& x);

// In place: the elements of the first operand are overwritten, also for every view that shares
// them. The second operand broadcasts to the first.
void add_(Tensor& a, const Tensor& b);
void mul_(Tensor& a, const Tensor& b);
/// a = factor * a + summand
void affine_(Tensor& a, double factor, double summand);
void copy_(Tensor& to, const Tensor& from);
void fill_(Tensor& a, double value);

}  // namespace odin::tensor
