#include "odin/autograd/ops/conv.h"

#include <vector>

#include "odin/autograd/saved.h"
#include "odin/tensor/ops/conv.h"
#include "odin/tensor/ops/reduce.h"

namespace odin::autograd {

Variable conv2d(const Variable& x, const Variable& weight, const Conv2dParams& p,
                const Variable& bias) {
  const Saved xv("conv2d", needs_grad(weight) ? x.value() : Tensor());
  const Saved wv("conv2d", needs_grad(x) ? weight.value() : Tensor());
  std::vector<Variable> inputs{x, weight};
  if (bias.defined()) inputs.push_back(bias);
  const Tensor y = tensor::conv2d(x.value(), weight.value(), p,
                                  {.bias = bias.defined() ? bias.value() : Tensor()});
  return record("conv2d", y, inputs,
                [p, xv, wv, has_bias = bias.defined(), xs = x.shape(), ws = weight.shape()](
                    const Tensor& dy, Gradients& into) {
                  if (into.wants(0)) into.add(0, tensor::conv2d_input_grad(dy, wv.get(), xs, p));
                  if (into.wants(1)) into.add(1, tensor::conv2d_weight_grad(xv.get(), dy, ws, p));
                  if (has_bias && into.wants(2)) into.add(2, tensor::sum(dy, {0, 2, 3}));
                });
}

}  // namespace odin::autograd
