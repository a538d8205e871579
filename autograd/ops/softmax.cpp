#include "odin/autograd/ops/softmax.h"

#include "odin/autograd/ops/elementwise.h"
#include "odin/autograd/ops/reduce.h"
#include "odin/autograd/ops/shape.h"
#include "odin/autograd/saved.h"
#include "odin/tensor/ops.h"

namespace odin::autograd {

namespace {

/// f of the rows of x along a dimension: f([rows, size of the dimension]).
Variable of_rows(const char* op, const Variable& x, int dim, Variable (*f)(const Variable&)) {
  dim = tensor::normalize_dim(op, dim, x.rank());
  if (x.rank() == 2 && dim == 1) return f(x);
  Dims order, back;
  for (int i = 0; i < x.rank(); ++i)
    if (i != dim) order.push_back(i);
  order.push_back(dim);
  for (int i = 0; i < x.rank(); ++i) back.push_back(i < dim ? i : i == dim ? x.rank() - 1 : i - 1);
  const Variable moved = permute(x, order);
  return permute(reshape(f(reshape(moved, {-1, x.dim(dim)})), moved.shape()), back);
}

Variable softmax_of_rows(const Variable& x) {
  const Tensor y = tensor::softmax(x.value());
  return record("softmax", y, {x}, [y = Saved("softmax", y)](const auto& dy, auto& into) {
    const auto dot = sum(mul(dy, into.result(y)), {1}, true);
    into.add(0, mul(into.result(y), sub(dy, dot)));
  });
}

Variable log_softmax_of_rows(const Variable& x) {
  const Tensor y = tensor::log_softmax(x.value());
  return record("log_softmax", y, {x}, [y = Saved("log_softmax", y)](const auto& dy, auto& into) {
    const auto total = sum(dy, {1}, true);
    into.add(0, sub(dy, mul(exp(into.result(y)), total)));
  });
}

}  // namespace

Variable softmax(const Variable& x, int dim) { return of_rows("softmax", x, dim, softmax_of_rows); }

Variable log_softmax(const Variable& x, int dim) {
  return of_rows("log_softmax", x, dim, log_softmax_of_rows);
}

Variable cross_entropy(const Variable& logits, const Tensor& labels, Reduction reduction,
                       double label_smoothing) {
  require(logits.rank() == 2 && labels.rank() == 1 && labels.dim(0) == logits.dim(0),
          "cross_entropy: expected logits [rows, classes] and one label a row, got ",
          logits.shape(), " and ", labels.shape());
  require(label_smoothing >= 0 && label_smoothing <= 1,
          "cross_entropy: expected a label smoothing from 0 to 1, got ", label_smoothing);
  Tensor target = tensor::one_hot(labels, logits.dim(1), logits.dtype());
  if (label_smoothing > 0)
    tensor::affine_(target, 1 - label_smoothing,
                    label_smoothing / static_cast<double>(logits.dim(1)));
  const double scale = reduction == Reduction::mean ? 1.0 / static_cast<double>(logits.dim(0)) : 1;
  return affine(sum(mul(log_softmax(logits), Variable(target))), -scale, 0);
}

}  // namespace odin::autograd
