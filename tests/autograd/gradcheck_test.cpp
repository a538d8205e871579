#include "odin/autograd/gradcheck.h"

#include <doctest/doctest.h>

#include "odin/autograd/ops.h"
#include "odin/tests/device.h"
#include "odin/tests/op_cases.h"

using namespace odin;
using autograd::Variable;

TEST_SUITE("autograd") {
  TEST_CASE("every operation's gradient equals finite differences in double") {
    for (const tests::OpCase& c : tests::op_cases()) {
      if (!c.small) continue;
      CAPTURE(c.name);
      std::vector<tensor::Tensor> inputs = c.make_inputs();
      for (tensor::Tensor& t : inputs) t = tests::on_device(t);
      const auto result = autograd::gradcheck(c.f, inputs, 1e-6, c.step);
      CHECK_MESSAGE(result.ok, result.message, ", apart by ", result.worst_error);
    }
  }

  TEST_CASE("a wrong gradient is found and its worst element named") {
    const auto half = [](const std::vector<Variable>& v) {
      return autograd::record("half", v[0].value(), {v[0]},
                              [](const tensor::Tensor& dy, autograd::Gradients& into) {
                                into.add(0, autograd::affine(Variable(dy), 0.5, 0).value());
                              });
    };
    const auto x = tensor::Tensor::from(std::vector<double>{1, 2, 3}, {3});
    const auto result = autograd::gradcheck(half, {x});
    CHECK_FALSE(result.ok);
    CHECK(result.worst_error == doctest::Approx(0.5));
    CHECK(result.message.find("input 0 [3], element ") != std::string::npos);
  }
}
