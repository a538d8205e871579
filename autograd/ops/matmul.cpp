#include "odin/autograd/ops/matmul.h"

#include "odin/autograd/ops/elementwise.h"
#include "odin/autograd/ops/shape.h"
#include "odin/autograd/saved.h"
#include "odin/tensor/ops.h"

namespace odin::autograd {

Variable matmul(const Variable& a, const Variable& b) {
  const Saved av("matmul", needs_grad(b) ? a.value() : Tensor());
  const Saved bv("matmul", needs_grad(a) ? b.value() : Tensor());
  return record("matmul", tensor::matmul(a.value(), b.value()), {a, b},
                [av, bv](const Tensor& dy, Gradients& into) {
                  if (into.wants(0)) into.add(0, tensor::matmul(dy, bv.get().transpose(0, 1)));
                  if (into.wants(1)) into.add(1, tensor::matmul(av.get().transpose(0, 1), dy));
                });
}

Variable linear(const Variable& x, const Variable& weight, const Variable& bias) {
  require(x.rank() == 2 && weight.rank() == 2 && x.dim(1) == weight.dim(1),
          "linear: input has shape ", x.shape(), ", weight [out,in] has ", weight.shape());
  return add(matmul(x, permute(weight, {1, 0})), bias);
}

}  // namespace odin::autograd
