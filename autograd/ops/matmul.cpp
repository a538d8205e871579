#include "odin/autograd/ops/matmul.h"

#include "odin/autograd/ops/elementwise.h"
#include "odin/autograd/ops/reduce.h"
#include "odin/autograd/ops/shape.h"
#include "odin/autograd/saved.h"
#include "odin/tensor/ops.h"

namespace odin::autograd {

Variable matmul(const Variable& a, const Variable& b) {
  const Saved av("matmul", needs_grad(b) ? a.value() : Tensor());
  const Saved bv("matmul", needs_grad(a) ? b.value() : Tensor());
  return record("matmul", tensor::matmul(a.value(), b.value()), {a, b},
                [av, bv, as = a.shape(), bs = b.shape()](const auto& dy, auto& into) {
                  if (into.wants(0))
                    into.add(0, sum_to(matmul(dy, transpose(into.input(1, bv), -2, -1)), as));
                  if (into.wants(1))
                    into.add(1, sum_to(matmul(transpose(into.input(0, av), -2, -1), dy), bs));
                });
}

Variable linear(const Variable& x, const Variable& weight, const Variable& bias) {
  require(x.rank() >= 1 && weight.rank() == 2 && x.dim(-1) == weight.dim(1),
          "linear: input has shape ", x.shape(), ", weight [out,in] has ", weight.shape());
  const Variable transposed = permute(weight, {1, 0});
  const auto with_bias = [&](const Variable& y) { return bias.defined() ? add(y, bias) : y; };
  if (x.rank() == 2) return with_bias(matmul(x, transposed));
  Shape shape = x.shape();
  shape[-1] = weight.dim(0);
  return reshape(with_bias(matmul(reshape(x, {-1, x.dim(-1)}), transposed)), shape);
}

}  // namespace odin::autograd
