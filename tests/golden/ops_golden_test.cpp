#include <doctest/doctest.h>

#include "odin/autograd/engine.h"
#include "odin/tensor/ops.h"
#include "odin/tests/capture_bound.h"
#include "odin/tests/close_to.h"
#include "odin/tests/device.h"
#include "odin/tests/golden/golden_ops.h"

// Compares the cases of op_cases() that have golden values with PyTorch's results in float64
// (tests/golden/README.md).

using namespace odin;
using autograd::Variable;
using tensor::DType;

namespace {

void check_case(tests::GoldenCase c, double tolerance) {
  const Variable y = c.run();
  CHECK_CLOSE(y.value(), c.golden("y"), tolerance);
  std::vector<Variable> inputs;
  for (const auto& [name, input] : c.inputs) inputs.push_back(input);
  const auto gradients = autograd::grad(y, inputs, {.seed = c.tensor("dy"), .retain_graph = false});
  std::size_t i = 0;
  for (const auto& [name, input] : c.inputs) {
    CAPTURE_BOUND(name);
    CHECK_CLOSE(gradients[i++], c.golden("d" + name), tolerance);
  }
  if (!c.has("new_running_mean")) return;
  CHECK_CLOSE(c.running.mean, c.golden("new_running_mean"), tolerance);
  CHECK_CLOSE(c.running.var, c.golden("new_running_var"), tolerance);
}

}  // namespace

TEST_SUITE("golden") {
  TEST_CASE("every operation and its gradients are PyTorch's, in float64 and in float32") {
    const nn::Safetensors& file = tests::golden_ops();
    REQUIRE(file.metadata.size() > 50);
    for (const auto& [key, parameters] : file.metadata) {
      CAPTURE_BOUND(key);
      check_case({file, key, DType::f64}, 1e-12);
      // Conversion to float32 rounds logits near 1000 to multiples of 6e-5.
      check_case({file, key, DType::f32}, key.ends_with("/large") ? 1e-4 : 3e-6);
    }
  }

  TEST_CASE("max finds its values where PyTorch does") {
    const nn::Safetensors& file = tests::golden_ops();
    CHECK(tensor::argmax(tests::on_device(file.tensors.at("max/dim1/x")), 1)
              .to_vector<std::int64_t>() ==
          file.tensors.at("max/dim1/indices").to_vector<std::int64_t>());
  }
}
