#include "odin/autograd/ops/elementwise.h"

#include <numbers>

#include "odin/autograd/ops/reduce.h"
#include "odin/autograd/saved.h"
#include "odin/tensor/ops.h"

// The rules are written for tensors and variables alike (rule.h), so that they have second
// derivatives.

namespace odin::autograd {

Variable add(const Variable& a, const Variable& b) {
  return record("add", tensor::add(a.value(), b.value()), {a, b},
                [as = a.shape(), bs = b.shape()](const auto& dy, auto& into) {
                  if (into.wants(0)) into.add(0, sum_to(dy, as));
                  if (into.wants(1)) into.add(1, sum_to(dy, bs));
                });
}

Variable sub(const Variable& a, const Variable& b) {
  return record("sub", tensor::sub(a.value(), b.value()), {a, b},
                [as = a.shape(), bs = b.shape()](const auto& dy, auto& into) {
                  if (into.wants(0)) into.add(0, sum_to(dy, as));
                  if (into.wants(1)) into.add(1, sum_to(neg(dy), bs));
                });
}

Variable mul(const Variable& a, const Variable& b) {
  const Saved av("mul", needs_grad(b) ? a.value() : Tensor());
  const Saved bv("mul", needs_grad(a) ? b.value() : Tensor());
  return record("mul", tensor::mul(a.value(), b.value()), {a, b},
                [av, bv, as = a.shape(), bs = b.shape()](const auto& dy, auto& into) {
                  if (into.wants(0)) into.add(0, sum_to(mul(dy, into.input(1, bv)), as));
                  if (into.wants(1)) into.add(1, sum_to(mul(dy, into.input(0, av)), bs));
                });
}

Variable div(const Variable& a, const Variable& b) {
  const Tensor y = tensor::div(a.value(), b.value());
  return record("div", y, {a, b},
                [yv = Saved("div", needs_grad(b) ? y : Tensor()), bv = Saved("div", b.value()),
                 as = a.shape(), bs = b.shape()](const auto& dy, auto& into) {
                  const auto per_b = div(dy, into.input(1, bv));
                  if (into.wants(0)) into.add(0, sum_to(per_b, as));
                  if (into.wants(1)) into.add(1, sum_to(neg(mul(per_b, into.result(yv))), bs));
                });
}

Variable affine(const Variable& x, double factor, double summand) {
  return record("affine", tensor::affine(x.value(), factor, summand), {x},
                [factor](const auto& dy, auto& into) { into.add(0, affine(dy, factor, 0)); });
}

Variable neg(const Variable& x) {
  return record("neg", tensor::neg(x.value()), {x},
                [](const auto& dy, auto& into) { into.add(0, neg(dy)); });
}

Variable exp(const Variable& x) {
  const Tensor y = tensor::exp(x.value());
  return record("exp", y, {x}, [y = Saved("exp", y)](const auto& dy, auto& into) {
    into.add(0, mul(dy, into.result(y)));
  });
}

Variable log(const Variable& x) {
  return record("log", tensor::log(x.value()), {x},
                [v = Saved("log", x.value())](const auto& dy, auto& into) {
                  into.add(0, div(dy, into.input(0, v)));
                });
}

Variable sqrt(const Variable& x) {
  const Tensor y = tensor::sqrt(x.value());
  return record("sqrt", y, {x}, [y = Saved("sqrt", y)](const auto& dy, auto& into) {
    into.add(0, div(affine(dy, 0.5, 0), into.result(y)));
  });
}

Variable tanh(const Variable& x) {
  const Tensor y = tensor::tanh(x.value());
  return record("tanh", y, {x}, [y = Saved("tanh", y)](const auto& dy, auto& into) {
    into.add(0, mul(dy, affine(square(into.result(y)), -1, 1)));
  });
}

Variable square(const Variable& x) {
  return record("square", tensor::square(x.value()), {x},
                [v = Saved("square", x.value())](const auto& dy, auto& into) {
                  into.add(0, mul(affine(dy, 2, 0), into.input(0, v)));
                });
}

Variable abs(const Variable& x) {
  return record("abs", tensor::abs(x.value()), {x},
                [v = Saved("abs", x.value())](const auto& dy, auto& into) {
                  into.add(0, mul(dy, sign(into.input(0, v))));
                });
}

Variable erf(const Variable& x) {
  return record("erf", tensor::erf(x.value()), {x},
                [v = Saved("erf", x.value())](const auto& dy, auto& into) {
                  const auto density = exp(neg(square(into.input(0, v))));
                  into.add(0, mul(affine(dy, 2 * std::numbers::inv_sqrtpi, 0), density));
                });
}

Variable sin(const Variable& x) {
  return record("sin", tensor::sin(x.value()), {x},
                [v = Saved("sin", x.value())](const auto& dy, auto& into) {
                  into.add(0, mul(dy, cos(into.input(0, v))));
                });
}

Variable cos(const Variable& x) {
  return record("cos", tensor::cos(x.value()), {x},
                [v = Saved("cos", x.value())](const auto& dy, auto& into) {
                  into.add(0, neg(mul(dy, sin(into.input(0, v)))));
                });
}

Variable floor(const Variable& x) { return Variable(tensor::floor(x.value())); }
Variable ceil(const Variable& x) { return Variable(tensor::ceil(x.value())); }
Variable round(const Variable& x) { return Variable(tensor::round(x.value())); }
Variable sign(const Variable& x) { return Variable(tensor::sign(x.value())); }

Variable relu(const Variable& x) {
  const Tensor y = tensor::relu(x.value());
  return record("relu", y, {x}, [y = Saved("relu", y)](const auto& dy, auto& into) {
    into.add(0, relu_grad(dy, into.result(y)));
  });
}

Variable relu_grad(const Variable& dy, const Variable& y) {
  return record("relu_grad", tensor::relu_grad(dy.value(), y.value()), {dy},
                [y = Variable(y.value())](const auto& ddy, auto& into) {
                  using V = std::decay_t<decltype(ddy)>;
                  into.add(0, relu_grad(ddy, V(y.value())));
                });
}

Variable pow(const Variable& a, const Variable& b) {
  const Tensor y = tensor::pow(a.value(), b.value());
  return record("pow", y, {a, b},
                [y = Saved("pow", y), av = Saved("pow", a.value()), bv = Saved("pow", b.value()),
                 as = a.shape(), bs = b.shape()](const auto& dy, auto& into) {
                  using V = std::decay_t<decltype(dy)>;
                  const V base = into.input(0, av), exponent = into.input(1, bv);
                  const V zero(Tensor::zeros({}, av.get().dtype(), av.get().device()));
                  if (into.wants(0)) {
                    // 0 to the power of -1, times 0, is not a number.
                    const V slope = mul(exponent, pow(base, affine(exponent, 1, -1)));
                    into.add(0, sum_to(mul(dy, where(exponent, slope, zero)), as));
                  }
                  if (into.wants(1)) {
                    const V slope = mul(into.result(y), log(base));
                    into.add(1, sum_to(mul(dy, where(less(zero, base), slope, zero)), bs));
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
                 bs = b.shape()](const auto& dy, auto& into) {
                  using V = std::decay_t<decltype(dy)>;
                  const Tensor half = tensor::affine(tensor::equal(av.get(), bv.get()), 0.5, 0);
                  const Tensor to_b = tensor::add(picks_b(av.get(), bv.get()), half);
                  if (into.wants(0))
                    into.add(0, sum_to(mul(dy, V(tensor::affine(to_b, -1, 1))), as));
                  if (into.wants(1)) into.add(1, sum_to(mul(dy, V(to_b)), bs));
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
                    const auto& dy, auto& into) {
                  using V = std::decay_t<decltype(dy)>;
                  const V choice(c.get());
                  const V zero(Tensor::zeros({}, c.get().dtype(), c.get().device()));
                  if (into.wants(0)) into.add(0, sum_to(where(choice, dy, zero), as));
                  if (into.wants(1)) into.add(1, sum_to(where(choice, zero, dy), bs));
                });
}

}  // namespace odin::autograd
