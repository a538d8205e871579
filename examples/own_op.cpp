// A differentiable operation of your own, outside of the library: its value and its gradient rule.
#include <odin/autograd.h>

#include <iostream>

namespace {

using odin::autograd::Gradients, odin::autograd::Saved, odin::autograd::Variable;
using odin::tensor::Tensor;

/// log(cosh x), computed so that large x do not overflow. Its derivative is tanh x.
Variable log_cosh(const Variable& x) {
  const Tensor v = x.value();
  const Tensor y = abs(v) + log(0.5 + 0.5 * exp(-2 * abs(v)));
  // The rule gets the gradient of the result and adds the gradients of the inputs that want one.
  // Saved refuses to return v if somebody has overwritten it since.
  return odin::autograd::record("log_cosh", y, {x},
                                [v = Saved("log_cosh", v)](const Tensor& dy, Gradients& into) {
                                  if (into.wants(0)) into.add(0, dy * tanh(v.get()));
                                });
}

}  // namespace

int main() {
  const Variable x(Tensor::from({-2, 0, 3}, {3}), true, "x");
  const Variable loss = sum(log_cosh(x) * x);
  std::cout << to_text(loss);
  odin::autograd::backward(loss);
  std::cout << "gradient: " << x.grad() << '\n';

  // Checks the rule against finite differences in float64.
  const auto checked = odin::autograd::gradcheck(
      [](const std::vector<Variable>& inputs) { return log_cosh(inputs[0]); },
      {Tensor::from(std::vector<double>{-30, -2, -0.1, 0.5, 3, 40}, {2, 3})});
  std::cout << (checked.ok ? "gradient is right" : checked.message) << '\n';
  return checked.ok ? 0 : 1;
}
