#include "odin/tensor/ops/reduce.h"

#include "odin/tensor/backend/backend.h"
#include "odin/tensor/ops/elementwise.h"

namespace odin::tensor {
namespace {

struct Reduction {
  Dims order;     ///< kept dimensions, then reduced ones
  Shape kept;     ///< the result's shape without keepdim
  Shape keepdim;  ///< the result's shape with keepdim
  int reduced;    ///< number of reduced dimensions
};

Reduction plan(const char* op, const Tensor& x, const Dims& dims) {
  unsigned mask = 0;
  for (auto d : dims) {
    const unsigned bit = 1u << normalize_dim(op, static_cast<int>(d), x.rank());
    require(!(mask & bit), op, ": dimension ", d, " twice in ", dims);
    mask |= bit;
  }
  if (dims.empty()) mask = (1u << x.rank()) - 1;
  Reduction r{{}, {}, x.shape(), 0};
  for (int i = 0; i < x.rank(); ++i) {
    if (mask & (1u << i)) continue;
    r.order.push_back(i);
    r.kept.push_back(x.dim(i));
  }
  for (int i = 0; i < x.rank(); ++i) {
    if (!(mask & (1u << i))) continue;
    r.order.push_back(i);
    r.keepdim[i] = 1;
    ++r.reduced;
  }
  return r;
}

Tensor reduce(ReduceOp op, const char* name, const Tensor& x, const Dims& dims, bool keepdim) {
  const Reduction r = plan(name, x, dims);
  Tensor y = x.new_empty(r.kept);
  dispatch(name, &Backend::reduce, {&x, &y}, op, x.permute(r.order), r.reduced, y);
  return keepdim ? y.reshape(r.keepdim) : y;
}

}  // namespace

Tensor sum(const Tensor& x, const Dims& dims, bool keepdim) {
  return reduce(ReduceOp::sum, "sum", x, dims, keepdim);
}

Tensor mean(const Tensor& x, const Dims& dims, bool keepdim) {
  Tensor y = sum(x, dims, keepdim);
  affine_(y, static_cast<double>(y.numel()) / static_cast<double>(x.numel()), 0);
  return y;
}

Tensor max(const Tensor& x, const Dims& dims, bool keepdim) {
  require(x.numel() > 0, "max: no elements in ", x.shape());
  return reduce(ReduceOp::max, "max", x, dims, keepdim);
}

Tensor argmax(const Tensor& x, int dim) {
  dim = normalize_dim("argmax", dim, x.rank());
  require(x.dim(dim) > 0, "argmax: no elements along dimension ", dim, " of ", x.shape());
  Shape shape = x.shape();
  shape.erase(dim);
  Tensor y = Tensor::empty(shape, DType::i64, x.device());
  Dims order;
  for (int i = 0; i < x.rank(); ++i)
    if (i != dim) order.push_back(i);
  order.push_back(dim);
  dispatch("argmax", &Backend::argmax, {&x, &y}, x.permute(order), y);
  return y;
}

Tensor sum_to(const Tensor& x, const Shape& shape) {
  if (x.shape() == shape) return x;
  Dims dims;
  const int added = x.rank() - shape.rank();
  for (int i = 0; i < x.rank(); ++i)
    if (i < added || (shape[i - added] == 1 && x.dim(i) != 1)) dims.push_back(i);
  return dims.empty() ? x.reshape(shape) : sum(x, dims).reshape(shape);
}

bool all_finite(const Tensor& x) { return dispatch("all_finite", &Backend::all_finite, {&x}, x); }

}  // namespace odin::tensor
