#pragma once

#include "odin/tensor/tensor.h"

// Views of tensors as functions, under the names that variables have for the same operations
// (odin/autograd/ops/shape.h), for code that is written once for both.

namespace odin::tensor {

inline Tensor reshape(const Tensor& x, const Shape& shape) { return x.reshape(shape); }
inline Tensor permute(const Tensor& x, const Dims& order) { return x.permute(order); }
inline Tensor transpose(const Tensor& x, int a, int b) { return x.transpose(a, b); }
inline Tensor expand(const Tensor& x, const Shape& shape) { return x.expand(shape); }
inline Tensor slice(const Tensor& x, int dim, std::int64_t first, std::int64_t last,
                    std::int64_t step = 1) {
  return x.slice(dim, first, last, step);
}
/// The gradient of sum(dy * slice(x, ...)) with respect to x, whose shape is `x_shape`.
Tensor slice_grad(const Tensor& dy, const Shape& x_shape, int dim, std::int64_t first,
                  std::int64_t last, std::int64_t step = 1);

}  // namespace odin::tensor
