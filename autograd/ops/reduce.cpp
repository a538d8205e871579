#include "odin/autograd/ops/reduce.h"

#include "odin/autograd/ops/elementwise.h"
#include "odin/autograd/ops/shape.h"
#include "odin/tensor/ops.h"

namespace odin::autograd {
namespace {

/// The shape of x with size 1 in the reduced dimensions.
Shape kept_shape(const Shape& x, const Dims& dims) {
  Shape shape = x;
  for (int i = 0; i < x.rank(); ++i)
    if (dims.empty()) shape[i] = 1;
  for (auto d : dims) shape[static_cast<int>(d)] = 1;
  return shape;
}

}  // namespace

Variable sum(const Variable& x, const Dims& dims, bool keepdim) {
  const Tensor y = tensor::sum(x.value(), dims, keepdim);  // checks dims
  return record("sum", y, {x},
                [shape = x.shape(), kept = kept_shape(x.shape(), dims)](
                    const auto& dy, auto& into) { into.add(0, expand(reshape(dy, kept), shape)); });
}

Variable mean(const Variable& x, const Dims& dims, bool keepdim) {
  const Tensor y = tensor::mean(x.value(), dims, keepdim);
  const double share = static_cast<double>(y.numel()) / static_cast<double>(x.value().numel());
  return record(
      "mean", y, {x},
      [share, shape = x.shape(), kept = kept_shape(x.shape(), dims)](const auto& dy, auto& into) {
        into.add(0, expand(reshape(affine(dy, share, 0), kept), shape));
      });
}

Variable max(const Variable& x, int dim, bool keepdim) {
  dim = tensor::normalize_dim("max", dim, x.rank());
  const Tensor at = tensor::argmax(x.value(), dim);
  return record("max", tensor::max(x.value(), {dim}, keepdim), {x},
                [at, dim, shape = x.shape(), dtype = x.dtype()](const auto& dy, auto& into) {
                  using V = std::decay_t<decltype(dy)>;
                  // One row for each position in the other dimensions; `dim` is last.
                  const V chosen(tensor::one_hot(at.reshape({-1}), shape[dim], dtype));
                  const V rows = mul(chosen, reshape(dy, {-1, 1}));
                  Shape moved = shape;
                  moved.erase(dim);
                  moved.push_back(shape[dim]);
                  Dims back;
                  for (int i = 0; i + 1 < moved.rank(); ++i) back.push_back(i);
                  back.insert(dim, moved.rank() - 1);
                  into.add(0, permute(reshape(rows, moved), back));
                });
}

Variable sum_to(const Variable& x, const Shape& shape) {
  if (x.shape() == shape) return x;
  const Shape from = x.shape();
  Shape raised = shape;
  while (raised.rank() < from.rank()) raised.insert(0, 1);
  return record("sum_to", tensor::sum_to(x.value(), shape), {x},
                [from, raised](const auto& dy, auto& into) {
                  into.add(0, expand(reshape(dy, raised), from));
                });
}

}  // namespace odin::autograd
