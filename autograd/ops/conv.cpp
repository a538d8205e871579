#include "odin/autograd/ops/conv.h"

#include <vector>

#include "odin/autograd/ops/reduce.h"
#include "odin/autograd/saved.h"
#include "odin/tensor/ops/conv.h"
#include "odin/tensor/ops/reduce.h"

// The convolution is linear in each of x and weight, and so are its gradients: the gradients of
// these three operations are these three operations again.

namespace odin::autograd {

Variable conv2d(const Variable& x, const Variable& weight, const Conv2dParams& p,
                const Variable& bias) {
  const Saved xv("conv2d", needs_grad(weight) ? x.value() : Tensor());
  const Saved wv("conv2d", needs_grad(x) ? weight.value() : Tensor());
  std::vector<Variable> inputs{x, weight};
  if (bias.defined()) inputs.push_back(bias);
  const Tensor y = tensor::conv2d(x.value(), weight.value(), p,
                                  {.bias = bias.defined() ? bias.value().contiguous() : Tensor(),
                                   .differentiated = needs_grad(x) || needs_grad(weight)});
  return record("conv2d", y, inputs,
                [p, xv, wv, has_bias = bias.defined(), xs = x.shape(), ws = weight.shape()](
                    const auto& dy, auto& into) {
                  if (into.wants(0)) into.add(0, conv2d_input_grad(dy, into.input(1, wv), xs, p));
                  if (into.wants(1)) into.add(1, conv2d_weight_grad(into.input(0, xv), dy, ws, p));
                  if (has_bias && into.wants(2)) into.add(2, sum(dy, {0, 2, 3}));
                });
}

Variable conv2d_input_grad(const Variable& dy, const Variable& weight, const Shape& x_shape,
                           const Conv2dParams& p) {
  const char* op = "conv2d_input_grad";
  return record(op, tensor::conv2d_input_grad(dy.value(), weight.value(), x_shape, p), {dy, weight},
                [=, dyv = Saved(op, dy.value()), wv = Saved(op, weight.value()),
                 ws = weight.shape()](const auto& ddx, auto& into) {
                  if (into.wants(0)) into.add(0, conv2d(ddx, into.input(1, wv), p));
                  if (into.wants(1))
                    into.add(1, conv2d_weight_grad(ddx, into.input(0, dyv), ws, p));
                });
}

Variable conv2d_weight_grad(const Variable& x, const Variable& dy, const Shape& w_shape,
                            const Conv2dParams& p) {
  const char* op = "conv2d_weight_grad";
  return record(op, tensor::conv2d_weight_grad(x.value(), dy.value(), w_shape, p), {x, dy},
                [=, xv = Saved(op, x.value()), dyv = Saved(op, dy.value()), xs = x.shape()](
                    const auto& ddw, auto& into) {
                  if (into.wants(0)) into.add(0, conv2d_input_grad(into.input(1, dyv), ddw, xs, p));
                  if (into.wants(1)) into.add(1, conv2d(into.input(0, xv), ddw, p));
                });
}

}  // namespace odin::autograd
