#include "odin/autograd/ops/activation.h"

#include <numbers>

#include "odin/autograd/ops/elementwise.h"
#include "odin/autograd/saved.h"
#include "odin/tensor/ops/activation.h"

namespace odin::autograd {

Variable activation(const Variable& x, const Activation& f) {
  return record("activation", tensor::activation(x.value(), f), {x},
                [f, v = Saved("activation", x.value())](const auto& dy, auto& into) {
                  into.add(0, activation_grad(into.input(0, v), dy, f));
                });
}

namespace {

Variable like(const Variable& x, double number) {
  return Variable(Tensor::full({}, number, x.dtype(), x.value().device()));
}

/// The derivative of an activation as a variable, which can be differentiated again.
Variable derivative(const Variable& x, const Activation& f) {
  using Kind = tensor::ActivationKind;
  switch (f.kind) {
    case Kind::sigmoid: {
      const Variable s = sigmoid(x);
      return mul(s, affine(s, -1, 1));
    }
    case Kind::silu: {
      const Variable s = sigmoid(x);
      return mul(s, affine(mul(x, affine(s, -1, 1)), 1, 1));
    }
    case Kind::gelu: {
      const Variable cdf = affine(erf(affine(x, std::numbers::sqrt2 / 2, 0)), 0.5, 0.5);
      const double factor = std::numbers::inv_sqrtpi / std::numbers::sqrt2;
      return add(cdf, affine(mul(x, exp(affine(square(x), -0.5, 0))), factor, 0));
    }
    case Kind::gelu_tanh: {
      const double factor = std::numbers::sqrt2 * std::numbers::inv_sqrtpi;
      const Variable inner = affine(add(x, affine(mul(x, square(x)), 0.044715, 0)), factor, 0);
      const Variable t = tanh(inner);
      const Variable slope = affine(square(x), 3 * 0.044715 * factor, factor);
      const Variable curved = mul(mul(x, affine(square(t), -1, 1)), slope);
      return affine(add(affine(t, 1, 1), curved), 0.5, 0);
    }
    case Kind::softplus: return sigmoid(x);
    case Kind::elu: return where(less(like(x, 0), x), like(x, 1), affine(exp(x), f.a, 0));
    case Kind::hard_swish: {
      const Variable below = less(x, like(x, -3)), above = less(like(x, 3), x);
      const Variable inside = affine(x, 1.0 / 3, 0.5);
      return where(below, like(x, 0), where(above, like(x, 1), inside));
    }
    case Kind::identity:
    case Kind::relu:
    case Kind::leaky_relu:
    case Kind::clip:
    case Kind::hard_sigmoid: break;
  }
  // Constant almost everywhere.
  const Tensor one = Tensor::full(x.shape(), 1, x.dtype(), x.value().device());
  return Variable(tensor::activation_grad(x.value(), one, f));
}

}  // namespace

Variable activation_grad(const Variable& x, const Variable& dy, const Activation& f) {
  return mul(dy, derivative(x, f));
}

Variable prelu(const Variable& x, const Variable& slope) {
  return sub(relu(x), mul(slope, relu(neg(x))));
}

}  // namespace odin::autograd
