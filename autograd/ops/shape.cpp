#include "odin/autograd/ops/shape.h"

#include <vector>

#include "odin/tensor/ops.h"

namespace odin::autograd {

Variable reshape(const Variable& x, const Shape& shape) {
  return record(
      "reshape", x.value().reshape(shape), {x},
      [from = x.shape()](const Tensor& dy, Gradients& into) { into.add(0, dy.reshape(from)); });
}

Variable permute(const Variable& x, const Dims& order) {
  return record(
      "permute", x.value().permute(order), {x}, [order](const Tensor& dy, Gradients& into) {
        Dims back = order;
        for (int i = 0; i < order.rank(); ++i)
          back[tensor::normalize_dim("permute", static_cast<int>(order[i]), order.rank())] = i;
        into.add(0, dy.permute(back));
      });
}

Variable slice(const Variable& x, int dim, std::int64_t first, std::int64_t last,
               std::int64_t step) {
  return record("slice", x.value().slice(dim, first, last, step), {x},
                [=, shape = x.shape()](const Tensor& dy, Gradients& into) {
                  Tensor dx = dy.new_zeros(shape);
                  Tensor place = dx.slice(dim, first, last, step);
                  tensor::copy_(place, dy);
                  into.add(0, dx);
                });
}

Variable concat(std::span<const Variable> parts, int dim) {
  std::vector<Tensor> values;
  for (const Variable& part : parts) values.push_back(part.value());
  const Tensor y = tensor::concat(values, dim);  // checks dim
  std::vector<std::int64_t> sizes;
  for (const Tensor& value : values) sizes.push_back(value.dim(dim));
  return record("concat", y, parts, [sizes, dim](const Tensor& dy, Gradients& into) {
    std::int64_t at = 0;
    for (std::size_t i = 0; i < sizes.size(); at += sizes[i++])
      if (into.wants(static_cast<int>(i)))
        into.add(static_cast<int>(i), dy.slice(dim, at, at + sizes[i]));
  });
}

}  // namespace odin::autograd
