#include "odin/autograd/ops/conv.h"

#include "odin/autograd/saved.h"
#include "odin/tensor/ops/conv.h"

namespace odin::autograd {

Variable conv2d(const Variable& x, const Variable& weight, const Conv2dParams& p) {
  const Saved xv("conv2d", needs_grad(weight) ? x.value() : Tensor());
  const Saved wv("conv2d", needs_grad(x) ? weight.value() : Tensor());
  return record(
      "conv2d", tensor::conv2d(x.value(), weight.value(), p), {x, weight},
      [p, xv, wv, xs = x.shape(), ws = weight.shape()](const Tensor& dy, Gradients& into) {
        if (into.wants(0)) into.add(0, tensor::conv2d_input_grad(dy, wv.get(), xs, p));
        if (into.wants(1)) into.add(1, tensor::conv2d_weight_grad(xv.get(), dy, ws, p));
      });
}

}  // namespace odin::autograd
