#include "odin/tensor/ops/gather.h"

#include "odin/tensor/backend/backend.h"

namespace odin::tensor {
namespace {

/// [outer, size of dim, inner], with the dimensions before and after `dim` merged.
Shape three_dims(const Shape& shape, int dim) {
  std::int64_t outer = 1, inner = 1;
  for (int i = 0; i < dim; ++i) outer *= shape[i];
  for (int i = dim + 1; i < shape.rank(); ++i) inner *= shape[i];
  return {outer, shape[dim], inner};
}

/// The shape of x after gathering. Checks the arguments.
Shape gathered_shape(const char* op, const Shape& x, int dim, const Tensor& positions) {
  require(positions.rank() == 1 && positions.dtype() == DType::i64, op,
          ": expected positions [m] of int64, got ", positions.shape(), " of ", positions.dtype());
  Shape y = x;
  y[dim] = positions.dim(0);
  return y;
}

}  // namespace

Tensor gather(const Tensor& x, int dim, const Tensor& positions) {
  dim = normalize_dim("gather", dim, x.rank());
  const Shape shape = gathered_shape("gather", x.shape(), dim, positions);
  Tensor y = x.new_empty(three_dims(shape, dim));
  const Tensor in = x.reshape(three_dims(x.shape(), dim));
  if (y.numel() > 0)
    dispatch("gather", &Backend::gather, {&in, &positions, &y}, in, positions.contiguous(), y);
  return y.reshape(shape);
}

Tensor gather_grad(const Tensor& dy, int dim, const Tensor& positions, const Shape& x_shape) {
  const char* op = "gather_grad";
  dim = normalize_dim(op, dim, x_shape.rank());
  const Shape expected = gathered_shape(op, x_shape, dim, positions);
  require(dy.shape() == expected, op, ": gradient of the output has shape ", dy.shape(),
          ", expected ", expected);
  if (dy.numel() == 0) return dy.new_zeros(x_shape);
  Tensor dx = dy.new_empty(three_dims(x_shape, dim));
  const Tensor in = dy.reshape(three_dims(expected, dim));
  dispatch(op, &Backend::gather_grad, {&in, &positions, &dx}, in, positions.contiguous(), dx);
  return dx.reshape(x_shape);
}

}  // namespace odin::tensor
