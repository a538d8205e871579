#pragma once

#include "odin/autograd/ops/elementwise.h"

/// The differentiable operations of odin/autograd/ops/elementwise.h as C++ operators:
/// `a * b + exp(c)`, `1 - x / 2`. Operands broadcast as in NumPy; a Tensor or number is a constant.
/// The operators record the same nodes as add(), mul() and so on, and throw the same errors.
namespace odin::autograd {

inline Variable operator+(const Variable& a, const Variable& b) { return add(a, b); }
inline Variable operator-(const Variable& a, const Variable& b) { return sub(a, b); }
inline Variable operator*(const Variable& a, const Variable& b) { return mul(a, b); }
inline Variable operator/(const Variable& a, const Variable& b) { return div(a, b); }
inline Variable operator-(const Variable& x) { return neg(x); }

inline Variable operator+(const Variable& x, double number) { return affine(x, 1, number); }
inline Variable operator+(double number, const Variable& x) { return affine(x, 1, number); }
inline Variable operator-(const Variable& x, double number) { return affine(x, 1, -number); }
inline Variable operator-(double number, const Variable& x) { return affine(x, -1, number); }
inline Variable operator*(const Variable& x, double number) { return affine(x, number, 0); }
inline Variable operator*(double number, const Variable& x) { return affine(x, number, 0); }

// Divides rather than multiplying by the reciprocal, which would round twice.
inline Variable operator/(const Variable& x, double number) {
  return div(x, Tensor::full({}, number, x.dtype(), x.value().device()));
}
inline Variable operator/(double number, const Variable& x) {
  return div(Tensor::full({}, number, x.dtype(), x.value().device()), x);
}

}  // namespace odin::autograd
