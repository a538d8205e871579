#include "odin/tensor/ops/elementwise.h"

#include "odin/tensor/backend/backend.h"
#include "odin/tensor/ops/check.h"

namespace odin::tensor {
namespace {

void binary_into(BinaryOp op, const char* name, const Tensor& a, const Tensor& b, Tensor& y) {
  dispatch(name, &Backend::binary, {&a, &b, &y}, op, a.expand(y.shape()), b.expand(y.shape()), y);
}

Tensor binary(BinaryOp op, const char* name, const Tensor& a, const Tensor& b) {
  require_same_dtype(name, a, b);
  Tensor y = a.new_empty(broadcast_shapes(name, a.shape(), b.shape()));
  binary_into(op, name, a, b, y);
  return y;
}

void binary_(BinaryOp op, const char* name, Tensor& a, const Tensor& b) {
  require_same_dtype(name, a, b);
  require(broadcast_shapes(name, a.shape(), b.shape()) == a.shape(), name, ": ", b.shape(),
          " does not broadcast to ", a.shape());
  binary_into(op, name, a, b, a);
}

Tensor unary(UnaryOp op, const char* name, const Tensor& x) {
  Tensor y = x.new_empty(x.shape());
  dispatch(name, &Backend::unary, {&x, &y}, op, x, y);
  return y;
}

}  // namespace

Tensor add(const Tensor& a, const Tensor& b) { return binary(BinaryOp::add, "add", a, b); }
Tensor sub(const Tensor& a, const Tensor& b) { return binary(BinaryOp::sub, "sub", a, b); }
Tensor mul(const Tensor& a, const Tensor& b) { return binary(BinaryOp::mul, "mul", a, b); }
Tensor div(const Tensor& a, const Tensor& b) { return binary(BinaryOp::div, "div", a, b); }
Tensor maximum(const Tensor& a, const Tensor& b) {
  return binary(BinaryOp::maximum, "maximum", a, b);
}

Tensor minimum(const Tensor& a, const Tensor& b) {
  return binary(BinaryOp::minimum, "minimum", a, b);
}
Tensor pow(const Tensor& a, const Tensor& b) { return binary(BinaryOp::pow, "pow", a, b); }
Tensor less(const Tensor& a, const Tensor& b) { return binary(BinaryOp::less, "less", a, b); }
Tensor less_equal(const Tensor& a, const Tensor& b) {
  return binary(BinaryOp::less_equal, "less_equal", a, b);
}
Tensor equal(const Tensor& a, const Tensor& b) { return binary(BinaryOp::equal, "equal", a, b); }

Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b) {
  require_same_dtype("where", condition, a);
  require_same_dtype("where", a, b);
  const Shape shape =
      broadcast_shapes("where", broadcast_shapes("where", condition.shape(), a.shape()), b.shape());
  Tensor y = a.new_empty(shape);
  dispatch("where", &Backend::select, {&condition, &a, &b, &y}, condition.expand(shape),
           a.expand(shape), b.expand(shape), y);
  return y;
}

Tensor affine(const Tensor& x, double factor, double summand) {
  Tensor y = x.new_empty(x.shape());
  dispatch("affine", &Backend::affine, {&x, &y}, x, factor, summand, y);
  return y;
}

Tensor neg(const Tensor& x) { return unary(UnaryOp::neg, "neg", x); }
Tensor exp(const Tensor& x) { return unary(UnaryOp::exp, "exp", x); }
Tensor log(const Tensor& x) { return unary(UnaryOp::log, "log", x); }
Tensor sqrt(const Tensor& x) { return unary(UnaryOp::sqrt, "sqrt", x); }
Tensor square(const Tensor& x) { return unary(UnaryOp::square, "square", x); }
Tensor abs(const Tensor& x) { return unary(UnaryOp::abs, "abs", x); }
Tensor relu(const Tensor& x) { return unary(UnaryOp::relu, "relu", x); }
Tensor tanh(const Tensor& x) { return unary(UnaryOp::tanh, "tanh", x); }
Tensor erf(const Tensor& x) { return unary(UnaryOp::erf, "erf", x); }
Tensor sin(const Tensor& x) { return unary(UnaryOp::sin, "sin", x); }
Tensor cos(const Tensor& x) { return unary(UnaryOp::cos, "cos", x); }
Tensor floor(const Tensor& x) { return unary(UnaryOp::floor, "floor", x); }
Tensor ceil(const Tensor& x) { return unary(UnaryOp::ceil, "ceil", x); }
Tensor round(const Tensor& x) { return unary(UnaryOp::round, "round", x); }
Tensor sign(const Tensor& x) { return unary(UnaryOp::sign, "sign", x); }
Tensor step_sign(const Tensor& x) { return unary(UnaryOp::step_sign, "step_sign", x); }

Tensor relu_grad(const Tensor& dy, const Tensor& y) {
  require(dy.shape() == y.shape(), "relu_grad: shapes ", dy.shape(), " and ", y.shape());
  return binary(BinaryOp::relu_grad, "relu_grad", dy, y);
}

void add_(Tensor& a, const Tensor& b) { binary_(BinaryOp::add, "add", a, b); }
void mul_(Tensor& a, const Tensor& b) { binary_(BinaryOp::mul, "mul", a, b); }
void affine_(Tensor& a, double factor, double summand) {
  dispatch("affine", &Backend::affine, {&a}, a, factor, summand, a);
}
void copy_(Tensor& to, const Tensor& from) {
  dispatch("copy", &Backend::copy, {&to}, from.to(to.device()).expand(to.shape()), to);
}
void fill_(Tensor& a, double value) { dispatch("fill", &Backend::fill, {&a}, a, value); }

}  // namespace odin::tensor
