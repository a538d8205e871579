#include "odin/autograd/ops/shape.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "odin/autograd/ops/reduce.h"
#include "odin/tensor/ops.h"

namespace odin::autograd {

Variable reshape(const Variable& x, const Shape& shape) {
  return record("reshape", x.value().reshape(shape), {x},
                [from = x.shape()](const auto& dy, auto& into) { into.add(0, reshape(dy, from)); });
}

Variable permute(const Variable& x, const Dims& order) {
  return record("permute", x.value().permute(order), {x}, [order](const auto& dy, auto& into) {
    Dims back = order;
    for (int i = 0; i < order.rank(); ++i)
      back[tensor::normalize_dim("permute", static_cast<int>(order[i]), order.rank())] = i;
    into.add(0, permute(dy, back));
  });
}

Variable transpose(const Variable& x, int a, int b) {
  Dims order;
  for (int i = 0; i < x.rank(); ++i) order.push_back(i);
  std::swap(order[tensor::normalize_dim("transpose", a, x.rank())],
            order[tensor::normalize_dim("transpose", b, x.rank())]);
  return permute(x, order);
}

Variable slice(const Variable& x, int dim, std::int64_t first, std::int64_t last,
               std::int64_t step) {
  return record("slice", x.value().slice(dim, first, last, step), {x},
                [=, shape = x.shape()](const auto& dy, auto& into) {
                  into.add(0, slice_grad(dy, shape, dim, first, last, step));
                });
}

Variable slice_grad(const Variable& dy, const Shape& x_shape, int dim, std::int64_t first,
                    std::int64_t last, std::int64_t step) {
  return record(
      "slice_grad", tensor::slice_grad(dy.value(), x_shape, dim, first, last, step), {dy},
      [=](const auto& ddx, auto& into) { into.add(0, slice(ddx, dim, first, last, step)); });
}

Variable concat(std::span<const Variable> parts, int dim) {
  std::vector<Tensor> values;
  for (const Variable& part : parts) values.push_back(part.value());
  const Tensor y = tensor::concat(values, dim);  // checks dim
  std::vector<std::int64_t> sizes;
  for (const Tensor& value : values) sizes.push_back(value.dim(dim));
  return record("concat", y, parts, [sizes, dim](const auto& dy, auto& into) {
    std::int64_t at = 0;
    for (std::size_t i = 0; i < sizes.size(); at += sizes[i++])
      if (into.wants(static_cast<int>(i)))
        into.add(static_cast<int>(i), slice(dy, dim, at, at + sizes[i]));
  });
}

Variable expand(const Variable& x, const Shape& shape) {
  return record("expand", x.value().expand(shape), {x},
                [from = x.shape()](const auto& dy, auto& into) { into.add(0, sum_to(dy, from)); });
}

Variable gather(const Variable& x, int dim, const Tensor& positions) {
  return record("gather", tensor::gather(x.value(), dim, positions), {x},
                [=, shape = x.shape()](const auto& dy, auto& into) {
                  into.add(0, gather_grad(dy, dim, positions, shape));
                });
}

Variable gather_grad(const Variable& dy, int dim, const Tensor& positions, const Shape& x_shape) {
  return record("gather_grad", tensor::gather_grad(dy.value(), dim, positions, x_shape), {dy},
                [=](const auto& ddx, auto& into) { into.add(0, gather(ddx, dim, positions)); });
}

namespace {

/// Dimension `dim` of x, continued by mirroring or repeating: a gather of its positions.
Variable continued(const Variable& x, int dim, std::int64_t before, std::int64_t after,
                   PadMode mode) {
  const std::int64_t size = x.dim(dim), reach = mode == PadMode::reflect ? size - 1 : size;
  require(size > 0 && (mode == PadMode::edge || (before <= reach && after <= reach)),
          "pad: expected at most ", reach, " mirrored elements of dimension ", dim, " of ",
          x.shape(), ", got ", before, " and ", after);
  std::vector<std::int64_t> positions;
  for (std::int64_t i = -before; i < size + after; ++i) {
    const std::int64_t mirrored = i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i;
    positions.push_back(mode == PadMode::reflect ? mirrored
                                                 : std::clamp<std::int64_t>(i, 0, size - 1));
  }
  const auto count = static_cast<std::int64_t>(positions.size());
  return gather(x, dim, Tensor::from(positions, {count}).to(x.value().device()));
}

}  // namespace

Variable pad(const Variable& x, const Dims& before, const Dims& after, PadMode mode, double value) {
  require(before.rank() == x.rank() && after.rank() == x.rank(), "pad: expected two numbers for ",
          "each dimension of ", x.shape(), ", got ", before, " and ", after);
  Variable y = x;
  for (int d = 0; d < x.rank(); ++d) {
    if (before[d] < 0 || after[d] < 0)
      y = slice(y, d, std::max<std::int64_t>(0, -before[d]),
                y.dim(d) + std::min<std::int64_t>(0, after[d]));
    const auto front = std::max<std::int64_t>(0, before[d]),
               back = std::max<std::int64_t>(0, after[d]);
    if (front + back == 0) continue;
    if (mode != PadMode::constant) {
      y = continued(y, d, front, back, mode);
      continue;
    }
    Shape shape = y.shape();
    std::vector<Variable> parts;
    const auto filled = [&](std::int64_t size) {
      shape[d] = size;
      return Variable(Tensor::full(shape, value, x.dtype(), x.value().device()));
    };
    if (front > 0) parts.push_back(filled(front));
    parts.push_back(y);
    if (back > 0) parts.push_back(filled(back));
    y = concat(parts, d);
  }
  return y;
}

Variable stack(std::span<const Variable> parts, int dim) {
  require(!parts.empty(), "stack: no tensors");
  dim = tensor::normalize_dim("stack", dim, parts.front().rank() + 1);
  std::vector<Variable> raised;
  for (const Variable& part : parts) {
    Shape shape = part.shape();
    shape.insert(dim, 1);
    raised.push_back(reshape(part, shape));
  }
  return concat(raised, dim);
}

std::vector<Variable> split(const Variable& x, std::span<const std::int64_t> sizes, int dim) {
  dim = tensor::normalize_dim("split", dim, x.rank());
  std::vector<Variable> parts;
  std::int64_t first = 0;
  for (const std::int64_t size : sizes) {
    require(size >= 0 && size <= x.dim(dim) - first, "split: expected sizes that add up to ",
            x.dim(dim), ", dimension ", dim, " of ", x.shape(), ", got ", size, " after ", first);
    parts.push_back(slice(x, dim, first, first + size));
    first += size;
  }
  require(first == x.dim(dim), "split: expected sizes that add up to ", x.dim(dim), ", dimension ",
          dim, " of ", x.shape(), ", got ", first);
  return parts;
}

Variable flip(const Variable& x, int dim) {
  dim = tensor::normalize_dim("flip", dim, x.rank());
  std::vector<std::int64_t> positions;
  for (std::int64_t i = x.dim(dim) - 1; i >= 0; --i) positions.push_back(i);
  return gather(x, dim, Tensor::from(positions, {x.dim(dim)}).to(x.value().device()));
}

}  // namespace odin::autograd
