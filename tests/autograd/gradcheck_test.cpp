#include "odin/autograd/gradcheck.h"

#include <doctest/doctest.h>

#include "odin/autograd/engine.h"
#include "odin/autograd/ops.h"
#include "odin/tensor/ops.h"
#include "odin/tensor/random.h"
#include "odin/tests/close_to.h"
#include "odin/tests/device.h"
#include "odin/tests/nn/io_fixtures.h"
#include "odin/tests/op_cases.h"

using namespace odin;
using autograd::Variable;

namespace {

/// The result and the gradients of all inputs, in double on `device`.
std::vector<tensor::Tensor> in_double(const tests::OpCase& c, tensor::Device device) {
  std::vector<Variable> inputs;
  for (const tensor::Tensor& t : c.make_inputs()) inputs.emplace_back(t.to(device), true);
  const Variable y = c.f(inputs);
  const auto seed = tensor::Random(7).normal(y.shape()).to(tensor::DType::f64).to(device);
  std::vector<tensor::Tensor> all = autograd::grad(y, inputs, {.seed = seed});
  all.push_back(y.value());
  return all;
}

}  // namespace

TEST_SUITE("autograd") {
  TEST_CASE("every operation's gradient equals finite differences in double" *
            tests::on_cpu_only()) {
    for (const tests::OpCase& c : tests::op_cases()) {
      if (!c.small) continue;
      CAPTURE(c.name);
      const auto result = autograd::gradcheck(c.f, c.make_inputs(), 1e-6, c.step);
      CHECK_MESSAGE(result.ok, result.message, ", apart by ", result.worst_error);
    }
  }

  // Finite differences take minutes there, and have shown that the CPU's are right.
  TEST_CASE("every operation's gradient in double is the CPU's" * tests::on_cuda_only()) {
    for (const tests::OpCase& c : tests::op_cases()) {
      if (!c.small) continue;
      CAPTURE(c.name);
      const auto found = in_double(c, tests::device());
      const auto expected = in_double(c, tensor::Device::cpu);
      for (std::size_t i = 0; i < found.size(); ++i)
        CHECK_CLOSE(found[i].to(tensor::Device::cpu), expected[i], 1e-12);
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

  TEST_CASE("a gradient that changes when only some inputs need one is found") {
    // Saves its first input only if that needs a gradient itself: right for both, wrong for one.
    const auto careless = [](const std::vector<Variable>& v) {
      const tensor::Tensor a = v[0].requires_grad() ? v[0].value() : v[0].value().new_zeros({2});
      return autograd::record(
          "careless", tensor::mul(v[0].value(), v[1].value()), {v[0], v[1]},
          [a, b = v[1].value()](const tensor::Tensor& dy, autograd::Gradients& into) {
            if (into.wants(0)) into.add(0, tensor::mul(dy, b));
            if (into.wants(1)) into.add(1, tensor::mul(dy, a));
          });
    };
    const auto x = tensor::Tensor::from(std::vector<double>{1, 2}, {2});
    const auto result = autograd::gradcheck(careless, {x, x});
    CHECK_FALSE(result.ok);
    CHECK(result.message ==
          "input 1 [2]: another gradient where only some of the inputs need one (subset 2)");
  }

  TEST_CASE("a rule that adds what nobody needs is an error of gradcheck too") {
    const auto eager = [](const std::vector<Variable>& v) {
      return autograd::record("eager", tensor::add(v[0].value(), v[1].value()), {v[0], v[1]},
                              [](const tensor::Tensor& dy, autograd::Gradients& into) {
                                into.add(0, dy);
                                into.add(1, dy);
                              });
    };
    const auto x = tensor::Tensor::from(std::vector<double>{1, 2}, {2});
    CHECK(tests::error_of([&] {
            autograd::gradcheck(eager, {x, x});
          }) ==
          "eager: the rule added a gradient of input 1, which nobody needs; it has to ask wants(1) "
          "first");
  }
}
