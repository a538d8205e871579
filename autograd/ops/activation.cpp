#include "odin/autograd/ops/activation.h"

#include "odin/autograd/ops/elementwise.h"
#include "odin/autograd/saved.h"
#include "odin/tensor/ops/activation.h"

namespace odin::autograd {

Variable activation(const Variable& x, const Activation& f) {
  return record("activation", tensor::activation(x.value(), f), {x},
                [f, v = Saved("activation", x.value())](const Tensor& dy, Gradients& into) {
                  into.add(0, tensor::activation_grad(v.get(), dy, f));
                });
}

Variable prelu(const Variable& x, const Variable& slope) {
  return sub(relu(x), mul(slope, relu(neg(x))));
}

}  // namespace odin::autograd
