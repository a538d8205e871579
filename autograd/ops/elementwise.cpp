#include "odin/autograd/ops/elementwise.h"

#include "odin/autograd/saved.h"
#include "odin/tensor/ops.h"

namespace odin::autograd {

using tensor::sum_to;

Variable add(const Variable& a, const Variable& b) {
  return record("add", tensor::add(a.value(), b.value()), {a, b},
                [as = a.shape(), bs = b.shape()](const Tensor& dy, Gradients& into) {
                  if (into.wants(0)) into.add(0, sum_to(dy, as));
                  if (into.wants(1)) into.add(1, sum_to(dy, bs));
                });
}

Variable sub(const Variable& a, const Variable& b) {
  return record("sub", tensor::sub(a.value(), b.value()), {a, b},
                [as = a.shape(), bs = b.shape()](const Tensor& dy, Gradients& into) {
                  if (into.wants(0)) into.add(0, sum_to(dy, as));
                  if (into.wants(1)) into.add(1, sum_to(tensor::neg(dy), bs));
                });
}

Variable mul(const Variable& a, const Variable& b) {
  const Saved av("mul", needs_grad(b) ? a.value() : Tensor());
  const Saved bv("mul", needs_grad(a) ? b.value() : Tensor());
  return record("mul", tensor::mul(a.value(), b.value()), {a, b},
                [av, bv, as = a.shape(), bs = b.shape()](const Tensor& dy, Gradients& into) {
                  if (into.wants(0)) into.add(0, sum_to(tensor::mul(dy, bv.get()), as));
                  if (into.wants(1)) into.add(1, sum_to(tensor::mul(dy, av.get()), bs));
                });
}

Variable div(const Variable& a, const Variable& b) {
  const Tensor y = tensor::div(a.value(), b.value());
  return record("div", y, {a, b},
                [yv = Saved("div", needs_grad(b) ? y : Tensor()), bv = Saved("div", b.value()),
                 as = a.shape(), bs = b.shape()](const Tensor& dy, Gradients& into) {
                  const Tensor per_b = tensor::div(dy, bv.get());
                  if (into.wants(0)) into.add(0, sum_to(per_b, as));
                  if (into.wants(1))
                    into.add(1, sum_to(tensor::neg(tensor::mul(per_b, yv.get())), bs));
                });
}

Variable affine(const Variable& x, double factor, double summand) {
  return record(
      "affine", tensor::affine(x.value(), factor, summand), {x},
      [factor](const Tensor& dy, Gradients& into) { into.add(0, tensor::affine(dy, factor, 0)); });
}

Variable neg(const Variable& x) {
  return record("neg", tensor::neg(x.value()), {x},
                [](const Tensor& dy, Gradients& into) { into.add(0, tensor::neg(dy)); });
}

Variable exp(const Variable& x) {
  const Tensor y = tensor::exp(x.value());
  return record("exp", y, {x}, [y = Saved("exp", y)](const Tensor& dy, Gradients& into) {
    into.add(0, tensor::mul(dy, y.get()));
  });
}

Variable log(const Variable& x) {
  return record("log", tensor::log(x.value()), {x},
                [v = Saved("log", x.value())](const Tensor& dy, Gradients& into) {
                  into.add(0, tensor::div(dy, v.get()));
                });
}

Variable sqrt(const Variable& x) {
  const Tensor y = tensor::sqrt(x.value());
  return record("sqrt", y, {x}, [y = Saved("sqrt", y)](const Tensor& dy, Gradients& into) {
    into.add(0, tensor::div(tensor::affine(dy, 0.5, 0), y.get()));
  });
}

Variable tanh(const Variable& x) {
  const Tensor y = tensor::tanh(x.value());
  return record("tanh", y, {x}, [y = Saved("tanh", y)](const Tensor& dy, Gradients& into) {
    into.add(0, tensor::mul(dy, tensor::affine(tensor::square(y.get()), -1, 1)));
  });
}

Variable square(const Variable& x) {
  return record("square", tensor::square(x.value()), {x},
                [v = Saved("square", x.value())](const Tensor& dy, Gradients& into) {
                  into.add(0, tensor::mul(tensor::affine(dy, 2, 0), v.get()));
                });
}

Variable relu(const Variable& x) {
  const Tensor y = tensor::relu(x.value());
  return record("relu", y, {x}, [y = Saved("relu", y)](const Tensor& dy, Gradients& into) {
    into.add(0, tensor::relu_grad(dy, y.get()));
  });
}

}  // namespace odin::autograd
