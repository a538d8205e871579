#pragma once

#include "odin/tensor/ops/elementwise.h"

/// The operations of odin/tensor/ops/elementwise.h as C++ operators: `a * b + exp(c)`, `1 - x / 2`.
/// Tensors broadcast as in NumPy and must have the same dtype; a number takes the tensor's dtype.
/// Errors are those of add(), mul() and so on. No operator changes its operands.
namespace odin::tensor {

inline Tensor operator+(const Tensor& a, const Tensor& b) { return add(a, b); }
inline Tensor operator-(const Tensor& a, const Tensor& b) { return sub(a, b); }
inline Tensor operator*(const Tensor& a, const Tensor& b) { return mul(a, b); }
inline Tensor operator/(const Tensor& a, const Tensor& b) { return div(a, b); }
inline Tensor operator-(const Tensor& x) { return neg(x); }

inline Tensor operator+(const Tensor& x, double number) { return affine(x, 1, number); }
inline Tensor operator+(double number, const Tensor& x) { return affine(x, 1, number); }
inline Tensor operator-(const Tensor& x, double number) { return affine(x, 1, -number); }
inline Tensor operator-(double number, const Tensor& x) { return affine(x, -1, number); }
inline Tensor operator*(const Tensor& x, double number) { return affine(x, number, 0); }
inline Tensor operator*(double number, const Tensor& x) { return affine(x, number, 0); }

// Divides rather than multiplying by the reciprocal, which would round twice.
inline Tensor operator/(const Tensor& x, double number) {
  return div(x, Tensor::full({}, number, x.dtype(), x.device()));
}
inline Tensor operator/(double number, const Tensor& x) {
  return div(Tensor::full({}, number, x.dtype(), x.device()), x);
}

}  // namespace odin::tensor
