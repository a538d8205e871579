#include "odin/autograd/operators.h"

#include <doctest/doctest.h>

#include <cmath>

#include "odin/autograd/dump.h"
#include "odin/autograd/engine.h"
#include "odin/autograd/gradcheck.h"
#include "odin/tests/device.h"

using odin::autograd::Variable;
using odin::tensor::DType;
using odin::tensor::Tensor;
using odin::tests::on_device;

namespace {

Variable leaf64(double value, const char* name) {
  return Variable(on_device(Tensor::scalar(value, DType::f64)), true, name);
}

}  // namespace

TEST_SUITE("autograd") {
  TEST_CASE("an expression with operators records what the functions record") {
    const Variable a = leaf64(2, "a"), b = leaf64(3, "b"), c = leaf64(1, "c");
    const Variable y = a * b + exp(c);
    CHECK(y.value().item() == doctest::Approx(6 + std::exp(1)));
    odin::autograd::backward(y);
    CHECK(a.grad().item() == 3);
    CHECK(b.grad().item() == 2);
    CHECK(c.grad().item() == doctest::Approx(std::exp(1)));
    CHECK(to_text(-(a * b) / c - b + a) == to_text(add(sub(div(neg(mul(a, b)), c), b), a)));
  }

  TEST_CASE("numbers and tensors beside variables are constants, on either side") {
    const Variable x = leaf64(4, "x");
    const Tensor two = on_device(Tensor::scalar(2, DType::f64));
    struct Case {
      Variable y;
      double value, gradient;
    };
    for (const Case& c : {Case{x + 1, 5, 1},
                          {1 + x, 5, 1},
                          {x - 1, 3, 1},
                          {1 - x, -3, -1},
                          {x * 3, 12, 3},
                          {3 * x, 12, 3},
                          {x / 2, 2, 0.5},
                          {8 / x, 2, -0.5},
                          {-x, -4, -1},
                          {x * two, 8, 2},
                          {two * x, 8, 2},
                          {two - x, -2, -1}}) {
      CHECK(c.y.value().item() == c.value);
      CHECK(odin::autograd::grad(c.y, x).item() == c.gradient);
    }
  }

  TEST_CASE("the gradient of an expression with operators is that of finite differences") {
    const std::vector<Tensor> inputs{on_device(Tensor::from(std::vector<double>{0.5, -1, 2}, {3})),
                                     on_device(Tensor::from(std::vector<double>{1.5, 2}, {2, 1}))};
    const auto f = [](const std::vector<Variable>& v) {
      return 2 / (v[1] * v[0] + 5.5) - v[0] / 3 * -v[1] + (1 - v[0]);
    };
    CHECK(odin::autograd::gradcheck(f, inputs).ok);
  }
}
