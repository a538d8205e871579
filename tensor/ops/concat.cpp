#include "odin/tensor/ops/concat.h"

#include "odin/tensor/ops/elementwise.h"

namespace odin::tensor {

Tensor concat(std::span<const Tensor> parts, int dim) {
  require(!parts.empty(), "concat: nothing to join");
  const Tensor& head = parts.front();
  dim = normalize_dim("concat", dim, head.rank());
  Shape shape = head.shape();
  shape[dim] = 0;
  for (const Tensor& part : parts) {
    Shape same = part.shape();
    if (same.rank() == head.rank()) same[dim] = head.dim(dim);
    require(same == head.shape() && part.dtype() == head.dtype(), "concat: ", part.shape(), " of ",
            part.dtype(), " does not join ", head.shape(), " of ", head.dtype(),
            " along dimension ", dim);
    require(part.device() == head.device(), "concat: operands are on ", name_of(head.device()),
            " and ", name_of(part.device()));
    shape[dim] += part.dim(dim);
  }
  Tensor y = head.new_empty(shape);
  std::int64_t at = 0;
  for (const Tensor& part : parts) {
    Tensor place = y.slice(dim, at, at + part.dim(dim));
    copy_(place, part);
    at += part.dim(dim);
  }
  return y;
}

}  // namespace odin::tensor
