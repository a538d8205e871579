#pragma once

#include "odin/autograd/variable.h"
#include "odin/tensor/activation.h"

namespace odin::autograd {

using tensor::Activation;

/// f(x), element by element; odin/tensor/activation.h has the formulas and the derivatives at kinks.
Variable activation(const Variable& x, const Activation& f);

/// dy f'(x), the gradient of activation().
Variable activation_grad(const Variable& x, const Variable& dy, const Activation& f);

inline Variable leaky_relu(const Variable& x, double slope = 0.01) {
  return activation(x, Activation::leaky_relu(slope));
}
/// min(max(x, least), most)
inline Variable clip(const Variable& x, double least, double most) {
  return activation(x, Activation::clip(least, most));
}
inline Variable sigmoid(const Variable& x) { return activation(x, Activation::sigmoid()); }
inline Variable silu(const Variable& x) { return activation(x, Activation::silu()); }
/// With `tanh`, its approximation by tanh.
inline Variable gelu(const Variable& x, bool tanh = false) {
  return activation(x, Activation::gelu(tanh));
}
inline Variable hard_sigmoid(const Variable& x, double slope = 1.0 / 6, double offset = 0.5) {
  return activation(x, Activation::hard_sigmoid(slope, offset));
}
inline Variable hard_swish(const Variable& x) { return activation(x, Activation::hard_swish()); }
inline Variable softplus(const Variable& x) { return activation(x, Activation::softplus()); }
inline Variable elu(const Variable& x, double factor = 1) {
  return activation(x, Activation::elu(factor));
}

/// x, or slope x where x < 0 (He et al. 2015). slope broadcasts to x: a number for each channel of
/// x [N,C,H,W] is [C,1,1].
Variable prelu(const Variable& x, const Variable& slope);

}  // namespace odin::autograd
