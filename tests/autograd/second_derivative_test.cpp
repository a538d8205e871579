#include <doctest/doctest.h>

#include <set>

#include "odin/autograd/engine.h"
#include "odin/autograd/gradcheck.h"
#include "odin/autograd/ops.h"
#include "odin/tensor/random.h"
#include "odin/tests/device.h"
#include "odin/tests/nn/io_fixtures.h"
#include "odin/tests/op_cases.h"

using namespace odin;
using autograd::Variable;
using tensor::Tensor;

namespace {

/// A constant with fixed random elements.
Variable weights(std::uint64_t seed, const Variable& like) {
  return Variable(tests::on_device(tensor::Random(seed).normal(like.shape()).to(like.dtype())));
}

/// A scalar made of the gradients of f, and of the inputs themselves, so that it depends on all.
Variable of_gradients(const tests::OpCase& c, const std::vector<Variable>& given) {
  // Finite differences are taken in a NoGradScope, but these values are gradients.
  const tensor::Inherited<bool>::Scope recording(autograd::recording, true);
  std::vector<Variable> inputs;
  for (const Variable& v : given)
    inputs.push_back(v.requires_grad() ? v : Variable(v.value(), true));
  const Variable y = c.f(inputs);
  const auto gradients = autograd::recorded_grad(y, inputs, weights(3, y));
  Variable total;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Variable part =
        add(sum(mul(gradients[i], weights(10 + i, gradients[i]))), sum(inputs[i]));
    total = total.defined() ? add(total, part) : part;
  }
  return total;
}

}  // namespace

TEST_SUITE("autograd") {
  // The rules are the same on every device, and the operations in them have cases of their own.
  TEST_CASE("the gradient of every operation's gradient equals finite differences of gradients" *
            tests::on_cpu_only()) {
    std::set<std::string> without;
    for (const tests::OpCase& c : tests::op_cases()) {
      if (!c.small || c.step != 1e-5) continue;  // a larger step is for sums that lose digits
      CAPTURE(c.name);
      std::vector<Tensor> inputs = c.make_inputs();
      for (Tensor& t : inputs) t = tests::on_device(t);
      try {
        const auto result = autograd::gradcheck(
            [&](const std::vector<Variable>& v) { return of_gradients(c, v); }, inputs, 2e-6);
        CHECK_MESSAGE(result.ok, result.message, ", apart by ", result.worst_error);
      } catch (const Error& e) {
        const std::string text = e.what(), start = "recorded_grad: '";
        REQUIRE_MESSAGE(text.starts_with(start), text);
        without.insert(text.substr(start.size(), text.find('\'', start.size()) - start.size()));
      }
    }
    CHECK(without == std::set<std::string>{"batch_norm", "batch_norm_relu", "conv_activation",
                                           "dense_block", "norm_conv2d"});
  }

  TEST_CASE("gradients of any order: the third derivative of a power") {
    const Variable x(tests::on_device(Tensor::from(std::vector<double>{1.5, -2}, {2})), true);
    Variable y = mul(square(x), square(x));
    for (const double factor : {4.0, 12.0, 24.0}) {
      y = autograd::recorded_grad(sum(y), std::span(&x, 1)).front();
      if (factor == 24) CHECK(y.value().to_vector<double>() == std::vector<double>{36, -48});
    }
  }

  TEST_CASE("a recorded backward pass checks its seed as a plain one does") {
    const Variable x(tests::on_device(Tensor::full({2, 3}, 1)), true);
    const Variable y = square(x);
    CHECK(tests::error_of([&] { autograd::recorded_grad(y, std::span(&x, 1)); }) ==
          "backward: the output has shape [2,3]; a seed is needed unless it is a scalar");
    CHECK(tests::error_of([&] {
            autograd::recorded_grad(y, std::span(&x, 1), Variable(Tensor::full({3}, 1)));
          }) == "backward: seed has shape [3], the output has [2,3]");
  }

  TEST_CASE("a recorded backward pass says what has no second derivative, and how to get it") {
    const Variable x(tests::on_device(Tensor::full({1, 2, 4, 4}, 1, tensor::DType::f64)), true);
    const Variable w(tests::on_device(Tensor::full({3, 2, 3, 3}, 1, tensor::DType::f64)));
    const Variable y = sum(conv_activation(x, w, {}, {}, autograd::Activation::relu()));
    CHECK(tests::error_of([&] { autograd::recorded_grad(y, std::span(&x, 1)); }) ==
          "recorded_grad: 'conv_activation' has no second derivative; fused operations have the "
          "plain path (nn::FusionScope)");
  }
}
