#include "odin/autograd/saved.h"

#include <doctest/doctest.h>

#include <vector>

#include "odin/autograd/engine.h"
#include "odin/autograd/ops.h"
#include "odin/tensor/ops.h"
#include "odin/tests/device.h"
#include "odin/tests/nn/io_fixtures.h"
#include "odin/tests/op_cases.h"

using namespace odin;
using autograd::Variable;
using tensor::Tensor;

namespace {

constexpr const char* kOverwritten = "was overwritten after the forward pass";

/// The gradients of an operation's inputs, by numbers that do not depend on its values.
struct Pass {
  std::vector<Variable> inputs;
  Variable result;

  explicit Pass(const tests::OpCase& c) {
    for (const Tensor& t : c.make_inputs()) inputs.emplace_back(tests::on_device(t.clone()), true);
    result = c.f(inputs);
  }
  std::vector<Tensor> gradients() const {
    const Tensor& y = result.value();
    return autograd::grad(result, inputs,
                          {.seed = Tensor::full(y.shape(), 0.5, y.dtype(), y.device())});
  }
};

/// Overwrites a tensor between the passes: then the gradients are what they were, or an error says
/// that a saved value is gone. Returns whether it was an error.
bool check_overwritten(const Pass& pass, Tensor overwritten, const std::vector<Tensor>& expected) {
  tensor::fill_(overwritten, 0.25);
  std::vector<Tensor> found;
  const std::string error = tests::error_of([&] { found = pass.gradients(); });
  if (error != "no error") {
    CHECK_MESSAGE(error.find(kOverwritten) != std::string::npos, error);
    return true;
  }
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(found[i].to_vector<double>() == expected[i].to_vector<double>());
  return false;
}

}  // namespace

TEST_SUITE("autograd") {
  TEST_CASE("who overwrites a value between the passes gets an error or the right gradient") {
    int errors = 0;
    for (const tests::OpCase& c : tests::op_cases()) {
      if (!c.small) continue;
      CAPTURE(c.name);
      const std::vector<Tensor> expected = Pass(c).gradients();
      for (std::size_t i = 0; i < expected.size(); ++i) {
        const Pass pass(c);
        errors += check_overwritten(pass, pass.inputs[i].value(), expected);
      }
      const Pass pass(c);
      errors += check_overwritten(pass, pass.result.value().contiguous(), expected);
    }
    CHECK(errors > 20);
  }

  TEST_CASE("the error names the operation and the versions") {
    const Variable w(Tensor::from({2.0f}, {1}), true, "w");
    const Variable y = sum(mul(w, w));
    Tensor handle = w.value();
    tensor::fill_(handle, 10);
    CHECK(
        tests::error_of([&] { autograd::backward(y); }) ==
        "backward: a value [1] that 'mul' saved for its gradient was overwritten after the forward "
        "pass (it was at version 1, now 2)");
    autograd::backward(sum(mul(w, w)));  // a new pass has the new value
    CHECK(w.grad().item() == 20);
  }

  TEST_CASE("a writer that is still open counts as one that has written") {
    const Variable w(Tensor::from({2.0f}, {1}), true, "w");
    const Variable y = sum(square(w));
    Tensor handle = w.value();
    const auto open = handle.write<float>();
    CHECK(tests::error_of([&] { autograd::backward(y); }).find(kOverwritten) != std::string::npos);
  }
}
