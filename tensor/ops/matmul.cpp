#include "odin/tensor/ops/matmul.h"

#include <span>

#include "odin/tensor/backend/backend.h"
#include "odin/tensor/ops/check.h"

namespace odin::tensor {

namespace {

/// The dimensions before the last two.
Shape batch_of(const Shape& shape) {
  return Shape(
      std::span(shape.begin(), shape.end()).first(static_cast<std::size_t>(shape.rank()) - 2));
}

/// `batch` followed by the last two dimensions of `matrix`.
Shape with_batch(Shape batch, std::int64_t rows, std::int64_t columns) {
  batch.push_back(rows);
  batch.push_back(columns);
  return batch;
}

/// The matrices of t, broadcast to this batch, as [count, rows, columns].
Tensor matrices(const Tensor& t, const Shape& batch) {
  const Shape shape = with_batch(batch, t.dim(-2), t.dim(-1));
  return t.expand(shape).reshape({numel(batch), t.dim(-2), t.dim(-1)});
}

}  // namespace

Tensor matmul(const Tensor& a, const Tensor& b) {
  require(a.rank() >= 2 && b.rank() >= 2 && a.dim(-1) == b.dim(-2),
          "matmul: expected [...,m,k] and [...,k,n], got ", a.shape(), " and ", b.shape());
  require_same_dtype("matmul", a, b);
  const Shape batch = broadcast_shapes("matmul", batch_of(a.shape()), batch_of(b.shape()));
  Tensor y = a.new_empty(with_batch(batch, a.dim(-2), b.dim(-1)));
  if (y.numel() == 0) return y;
  if (a.dim(-1) == 0) return a.new_zeros(y.shape());
  if (batch.empty()) {
    dispatch("matmul", &Backend::matmul, {&a, &b, &y}, a, b, y);
    return y;
  }
  const Tensor left = matrices(a, batch), right = matrices(b, batch);
  Tensor all = y.reshape({numel(batch), a.dim(-2), b.dim(-1)});
  for (std::int64_t i = 0; i < all.dim(0); ++i) {
    const Tensor l = left.select(0, i), r = right.select(0, i);
    Tensor product = all.select(0, i);
    dispatch("matmul", &Backend::matmul, {&l, &r, &product}, l, r, product);
  }
  return y;
}

}  // namespace odin::tensor
