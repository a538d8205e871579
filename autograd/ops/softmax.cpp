#include "odin/autograd/ops/softmax.h"

#include "odin/autograd/ops/elementwise.h"
#include "odin/autograd/ops/reduce.h"
#include "odin/autograd/saved.h"
#include "odin/tensor/ops.h"

namespace odin::autograd {

Variable softmax(const Variable& x) {
  const Tensor y = tensor::softmax(x.value());
  return record("softmax", y, {x}, [y = Saved("softmax", y)](const Tensor& dy, Gradients& into) {
    const Tensor dot = tensor::sum(tensor::mul(dy, y.get()), {1}, true);
    into.add(0, tensor::mul(y.get(), tensor::sub(dy, dot)));
  });
}

Variable log_softmax(const Variable& x) {
  const Tensor y = tensor::log_softmax(x.value());
  return record("log_softmax", y, {x},
                [y = Saved("log_softmax", y)](const Tensor& dy, Gradients& into) {
                  const Tensor total = tensor::sum(dy, {1}, true);
                  into.add(0, tensor::sub(dy, tensor::mul(tensor::exp(y.get()), total)));
                });
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
