#include "odin/tensor/backend/backend.h"

#include <doctest/doctest.h>

#include "odin/autograd/engine.h"
#include "odin/tensor/machine.h"
#include "odin/tensor/parallel.h"
#include "odin/tensor/random.h"
#include "odin/tests/close_to.h"
#include "odin/tests/op_cases.h"

using namespace odin;
using tensor::DType;
using tensor::Tensor;

namespace {

/// The value of a case and the gradients of all its inputs, for float32 inputs.
std::vector<Tensor> run(const tests::OpCase& c, const tensor::Backend& backend) {
  const tensor::BackendScope scope(backend);
  std::vector<autograd::Variable> inputs;
  for (const Tensor& t : c.make_inputs()) inputs.emplace_back(t.to(DType::f32), true);
  const autograd::Variable y = c.f(inputs);
  const Tensor seed = tensor::Random(5).normal(y.shape());
  std::vector<Tensor> results = autograd::grad(y, inputs, {.seed = seed, .retain_graph = false});
  results.push_back(y.value());
  return results;
}

/// The browser's scalar kernels are as wide as its vector ones but add up a vector in another order:
/// Winograd's rounding, summed over the pixels of one case, then ends at 2.06e-6 instead of below 2e-6.
double tolerance() { return tensor::instruction_set() == "scalar" ? 3e-6 : 2e-6; }

}  // namespace

TEST_SUITE("tensor") {
  TEST_CASE("the cpu backend equals the reference loops, values and gradients, in float32") {
    for (const tests::OpCase& c : tests::op_cases()) {
      CAPTURE(c.name);
      const auto fast = run(c, tensor::cpu_backend());
      const auto plain = run(c, tensor::reference_backend());
      for (std::size_t i = 0; i < fast.size(); ++i) CHECK_CLOSE(fast[i], plain[i], tolerance());
    }
  }

  TEST_CASE("one thread and several give the same bits") {
    for (const tests::OpCase& c : tests::op_cases()) {
      CAPTURE(c.name);
      tensor::set_num_threads(1);
      const auto one = run(c, tensor::cpu_backend());
      tensor::set_num_threads(3);
      const auto three = run(c, tensor::cpu_backend());
      tensor::set_num_threads(0);
      for (std::size_t i = 0; i < one.size(); ++i)
        CHECK(one[i].to_vector<float>() == three[i].to_vector<float>());
    }
  }

  TEST_CASE("a backend scope ends with its block") {
    const Tensor t = Tensor::zeros({1});
    {
      const tensor::BackendScope scope(tensor::reference_backend());
      CHECK(tensor::backend_for("test", t).name() == "reference");
    }
    CHECK(tensor::backend_for("test", t).name() == "cpu");
  }
}
