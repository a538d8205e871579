#include "odin/tensor/ops/activation.h"

#include "odin/tensor/backend/backend.h"
#include "odin/tensor/ops/check.h"

namespace odin::tensor {

Tensor activation(const Tensor& x, const Activation& f) {
  Tensor y = x.new_empty(x.shape());
  dispatch("activation", &Backend::activation, {&x, &y}, f, x, y);
  return y;
}

Tensor activation_grad(const Tensor& x, const Tensor& dy, const Activation& f) {
  require(x.shape() == dy.shape(), "activation_grad: shapes ", x.shape(), " and ", dy.shape());
  require_same_dtype("activation_grad", x, dy);
  Tensor dx = x.new_empty(x.shape());
  dispatch("activation_grad", &Backend::activation_grad, {&x, &dy, &dx}, f, x, dy, dx);
  return dx;
}

}  // namespace odin::tensor
