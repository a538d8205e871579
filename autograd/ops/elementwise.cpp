#include "odin/autograd/ops/elementwise.h"

#include <numbers>

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

Variable abs(const Variable& x) {
  return record("abs", tensor::abs(x.value()), {x},
                [v = Saved("abs", x.value())](const Tensor& dy, Gradients& into) {
                  into.add(0, tensor::mul(dy, tensor::sign(v.get())));
                });
}

Variable erf(const Variable& x) {
  return record("erf", tensor::erf(x.value()), {x},
                [v = Saved("erf", x.value())](const Tensor& dy, Gradients& into) {
                  const Tensor density = tensor::exp(tensor::neg(tensor::square(v.get())));
                  into.add(
                      0, tensor::mul(tensor::affine(dy, 2 * std::numbers::inv_sqrtpi, 0), density));
                });
}

Variable sin(const Variable& x) {
  return record("sin", tensor::sin(x.value()), {x},
                [v = Saved("sin", x.value())](const Tensor& dy, Gradients& into) {
                  into.add(0, tensor::mul(dy, tensor::cos(v.get())));
                });
}

Variable cos(const Variable& x) {
  return record("cos", tensor::cos(x.value()), {x},
                [v = Saved("cos", x.value())](const Tensor& dy, Gradients& into) {
                  into.add(0, tensor::neg(tensor::mul(dy, tensor::sin(v.get()))));
                });
}

Variable floor(const Variable& x) { return Variable(tensor::floor(x.value())); }
Variable ceil(const Variable& x) { return Variable(tensor::ceil(x.value())); }
Variable round(const Variable& x) { return Variable(tensor::round(x.value())); }
Variable sign(const Variable& x) { return Variable(tensor::sign(x.value())); }

Variable pow(const Variable& a, const Variable& b) {
  const Tensor y = tensor::pow(a.value(), b.value());
  return record("pow", y, {a, b},
                [y = Saved("pow", y), av = Saved("pow", a.value()), bv = Saved("pow", b.value()),
                 as = a.shape(), bs = b.shape()](const Tensor& dy, Gradients& into) {
                  const Tensor zero = dy.new_zeros({});
                  if (into.wants(0)) {
                    const Tensor less_one = tensor::pow(av.get(), tensor::affine(bv.get(), 1, -1));
                    // 0 to the power of -1, times 0, is not a number.
                    const Tensor slope =
                        tensor::where(bv.get(), tensor::mul(bv.get(), less_one), zero);
                    into.add(0, sum_to(tensor::mul(dy, slope), as));
                  }
                  if (into.wants(1)) {
                    const Tensor slope = tensor::mul(y.get(), tensor::log(av.get()));
                    const Tensor positive = tensor::less(zero, av.get());
                    into.add(1, sum_to(tensor::mul(dy, tensor::where(positive, slope, zero)), bs));
                  }
                });
}

Variable pow(const Variable& x, double exponent) {
  if (exponent == 1) return x;
  if (exponent == 2) return square(x);
  if (exponent == 0.5) return sqrt(x);
  return pow(x, Variable(Tensor::full({}, exponent, x.dtype(), x.value().device())));
}

namespace {

/// The larger (or smaller) of a and b. `picks_b` compares a with b.
Variable extremum(const char* name, const Variable& a, const Variable& b, const Tensor& y,
                  Tensor (*picks_b)(const Tensor&, const Tensor&)) {
  return record(name, y, {a, b},
                [=, av = Saved(name, a.value()), bv = Saved(name, b.value()), as = a.shape(),
                 bs = b.shape()](const Tensor& dy, Gradients& into) {
                  const Tensor half = tensor::affine(tensor::equal(av.get(), bv.get()), 0.5, 0);
                  const Tensor to_b = tensor::add(picks_b(av.get(), bv.get()), half);
                  if (into.wants(0))
                    into.add(0, sum_to(tensor::mul(dy, tensor::affine(to_b, -1, 1)), as));
                  if (into.wants(1)) into.add(1, sum_to(tensor::mul(dy, to_b), bs));
                });
}

}  // namespace

Variable maximum(const Variable& a, const Variable& b) {
  return extremum("maximum", a, b, tensor::maximum(a.value(), b.value()), tensor::less);
}

Variable minimum(const Variable& a, const Variable& b) {
  return extremum("minimum", a, b, tensor::minimum(a.value(), b.value()),
                  [](const Tensor& l, const Tensor& r) { return tensor::less(r, l); });
}

Variable less(const Variable& a, const Variable& b) {
  return Variable(tensor::less(a.value(), b.value()));
}
Variable less_equal(const Variable& a, const Variable& b) {
  return Variable(tensor::less_equal(a.value(), b.value()));
}
Variable equal(const Variable& a, const Variable& b) {
  return Variable(tensor::equal(a.value(), b.value()));
}

Variable where(const Variable& condition, const Variable& a, const Variable& b) {
  return record("where", tensor::where(condition.value(), a.value(), b.value()), {a, b},
                [c = Saved("where", condition.value()), as = a.shape(), bs = b.shape()](
                    const Tensor& dy, Gradients& into) {
                  const Tensor zero = dy.new_zeros({});
                  if (into.wants(0)) into.add(0, sum_to(tensor::where(c.get(), dy, zero), as));
                  if (into.wants(1)) into.add(1, sum_to(tensor::where(c.get(), zero, dy), bs));
                });
}

Variable relu(const Variable& x) {
  const Tensor y = tensor::relu(x.value());
  return record("relu", y, {x}, [y = Saved("relu", y)](const Tensor& dy, Gradients& into) {
    into.add(0, tensor::relu_grad(dy, y.get()));
  });
}

}  // namespace odin::autograd
