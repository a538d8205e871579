#include "odin/autograd/ops/loss.h"

#include "odin/autograd/ops/activation.h"
#include "odin/autograd/ops/elementwise.h"
#include "odin/autograd/ops/reduce.h"
#include "odin/tensor/ops.h"

namespace odin::autograd {
namespace {

/// The sum of x, divided by `count` for the mean.
Variable reduced(const Variable& x, std::int64_t count, Reduction reduction) {
  const Variable total = sum(x);
  return reduction == Reduction::sum ? total : affine(total, 1.0 / static_cast<double>(count), 0);
}

void require_target(const char* op, const Variable& x, const Tensor& target) {
  require(x.shape() == target.shape() && x.value().numel() > 0, op,
          ": expected a target for each element of ", x.shape(), ", got ", target.shape());
}

}  // namespace

Variable mean_square_error(const Variable& x, const Tensor& target, Reduction reduction) {
  require_target("mean_square_error", x, target);
  return reduced(square(sub(x, Variable(target))), target.numel(), reduction);
}

Variable binary_cross_entropy(const Variable& logits, const Tensor& target, Reduction reduction) {
  require_target("binary_cross_entropy", logits, target);
  return reduced(sub(softplus(logits), mul(logits, Variable(target))), target.numel(), reduction);
}

Variable hinge(const Variable& scores, const Tensor& labels, double margin, Reduction reduction) {
  require(scores.rank() == 2 && labels.rank() == 1 && labels.dim(0) == scores.dim(0),
          "hinge: expected scores [rows, classes] and one label a row, got ", scores.shape(),
          " and ", labels.shape());
  const Variable label(tensor::one_hot(labels, scores.dim(1), scores.dtype()));
  const Variable own = sum(mul(scores, label), {1}, true);
  const Variable others(tensor::affine(label.value(), -1, 1));
  const Variable losses = mul(relu(affine(sub(scores, own), 1, margin)), others);
  return affine(reduced(losses, scores.dim(0), reduction), 1.0 / static_cast<double>(scores.dim(1)),
                0);
}

}  // namespace odin::autograd
