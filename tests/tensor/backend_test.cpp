#include "odin/tensor/backend/backend.h"

#include <doctest/doctest.h>

#include <cmath>

#include "odin/autograd/engine.h"
#include "odin/tensor/backend/cuda/cuda_device.h"
#include "odin/tensor/machine.h"
#include "odin/tensor/ops/elementwise.h"
#include "odin/tensor/ops/optim.h"
#include "odin/tensor/parallel.h"
#include "odin/tensor/random.h"
#include "odin/tests/close_to.h"
#include "odin/tests/device.h"
#include "odin/tests/nn/io_fixtures.h"
#include "odin/tests/op_cases.h"

using namespace odin;
using tensor::Device;
using tensor::DType;
using tensor::Tensor;

namespace {

/// A backend and its device.
struct Runner {
  const tensor::Backend& backend;
  Device device = Device::cpu;
};
const Runner kCpu{tensor::cpu_backend()}, kReference{tensor::reference_backend()};

/// The backend under test.
Runner tested() {
  if (tests::device() == Device::cpu) return kCpu;
  return {tensor::cuda_backend(), Device::cuda};
}

/// The value of a case and the gradients of all its inputs, for float32 inputs.
std::vector<Tensor> run(const tests::OpCase& c, const Runner& runner) {
  const tensor::BackendScope scope(runner.backend, runner.device);
  std::vector<autograd::Variable> inputs;
  for (const Tensor& t : c.make_inputs())
    inputs.emplace_back(t.to(DType::f32).to(runner.device), true);
  const autograd::Variable y = c.f(inputs);
  const Tensor seed = tensor::Random(5).normal(y.shape()).to(runner.device);
  std::vector<Tensor> results = autograd::grad(y, inputs, {.seed = seed, .retain_graph = false});
  results.push_back(y.value());
  return results;
}

Tensor run(const tests::TensorCase& c, const Runner& runner) {
  const tensor::BackendScope scope(runner.backend, runner.device);
  std::vector<Tensor> inputs;
  for (std::size_t i = 0; i < c.inputs.size(); ++i)
    inputs.push_back(tensor::Random(11, i).normal(c.inputs[i]).to(runner.device));
  return c.f(inputs).to(Device::cpu);
}

/// The browser's scalar kernels sum the elements of a vector in another order than its vector
/// kernels. In one case the rounding of Winograd, summed over all pixels, is then 2.06e-6 instead
/// of below 2e-6.
double tolerance() { return tensor::instruction_set() == "scalar" ? 3e-6 : 2e-6; }

struct Weights {
  Tensor w, v;
};

struct StepCase {
  tensor::Shape shape;
  tensor::SgdStep step;
  bool transposed = false;  ///< the gradient is a transposed view

  Weights start(DType dtype, Device device) const {
    return {tensor::Random(1).normal(shape).to(dtype).to(device).clone(),
            tensor::Random(2).normal(shape).to(dtype).to(device).clone()};
  }
  Tensor gradient(DType dtype, Device device) const {
    const Tensor g = tensor::Random(3).normal(shape).to(dtype).to(device);
    return transposed ? g.transpose(0, 1).contiguous().transpose(0, 1) : g;
  }
};

std::vector<StepCase> step_cases() {
  const tensor::SgdStep nesterov{0.1, 0.9, 1e-4, true}, plain{0.07, 0.8, 5e-4, false};
  std::vector<StepCase> cases{{{}, nesterov},        {{0}, plain},
                              {{5, 3, 3, 3}, plain}, {{19, 7}, nesterov, true},
                              {{50003}, nesterov},   {{37}, {0.1, 0, 0, false}}};
  for (std::int64_t n = 1; n <= 34; n += 3) cases.push_back({{n}, nesterov});
  return cases;
}

/// The optimizer's step as a sequence of plain operations.
Weights by_formula(const StepCase& c, DType dtype) {
  auto [w, v] = c.start(dtype, Device::cpu);
  const auto& [rate, momentum, decay, nesterov] = c.step;
  const Tensor d = tensor::add(c.gradient(dtype, Device::cpu), tensor::affine(w, decay, 0));
  v = tensor::add(tensor::affine(v, momentum, 0), d);
  const Tensor direction = nesterov ? tensor::add(d, tensor::affine(v, momentum, 0)) : v;
  return {tensor::add(w, tensor::affine(direction, -rate, 0)), v};
}

Weights by_step(const StepCase& c, DType dtype, const Runner& runner) {
  const tensor::BackendScope scope(runner.backend, runner.device);
  Weights weights = c.start(dtype, runner.device);
  tensor::sgd_step_(weights.w, weights.v, c.gradient(dtype, runner.device), c.step);
  return weights;
}

}  // namespace

TEST_SUITE("tensor") {
  TEST_CASE("the backend equals the reference loops, values and gradients, in float32") {
    for (const tests::OpCase& c : tests::op_cases()) {
      CAPTURE(c.name);
      const auto fast = run(c, tested());
      const auto plain = run(c, kReference);
      for (std::size_t i = 0; i < fast.size(); ++i) CHECK_CLOSE(fast[i], plain[i], tolerance());
    }
  }

  TEST_CASE("operations without gradient are the reference's too") {
    for (const tests::TensorCase& c : tests::tensor_cases()) {
      CAPTURE(c.name);
      CHECK_CLOSE(run(c, tested()), run(c, kReference), c.tolerance);
    }
  }

  TEST_CASE("one thread and several give the same bits" * tests::on_cpu_only()) {
    for (const tests::OpCase& c : tests::op_cases()) {
      CAPTURE(c.name);
      tensor::set_num_threads(1);
      const auto one = run(c, kCpu);
      tensor::set_num_threads(3);
      const auto three = run(c, kCpu);
      tensor::set_num_threads(0);
      for (std::size_t i = 0; i < one.size(); ++i)
        CHECK(one[i].to_vector<float>() == three[i].to_vector<float>());
    }
    for (const tests::TensorCase& c : tests::tensor_cases()) {
      CAPTURE(c.name);
      tensor::set_num_threads(1);
      const Tensor one = run(c, kCpu);
      for (const int threads : {2, 3}) {
        tensor::set_num_threads(threads);
        CHECK(tests::same(run(c, kCpu), one));
      }
      tensor::set_num_threads(0);
    }
  }

  TEST_CASE("a step of SGD is that of its formula, bit by bit, whatever runs it") {
    for (const StepCase& c : step_cases()) {
      CAPTURE(c.shape);
      for (const DType dtype : {DType::f32, DType::f64}) {
        const Weights expected = by_formula(c, dtype);
        for (const Runner& runner : {tested(), kReference})
          for (const int threads : {1, 3}) {
            tensor::set_num_threads(threads);
            const Weights found = by_step(c, dtype, runner);
            CHECK(tests::same(found.w, expected.w));
            CHECK(tests::same(found.v, expected.v));
          }
        tensor::set_num_threads(0);
      }
    }
  }

  TEST_CASE("a step of SGD refuses what does not fit together") {
    Tensor w = Tensor::zeros({2, 3}), v = Tensor::zeros({2, 3});
    const auto message = [&](const Tensor& g) {
      return tests::error_of([&] { tensor::sgd_step_(w, v, g, {0.1, 0.9, 0, true}); });
    };
    CHECK(message(Tensor::zeros({3, 2})) ==
          "sgd_step: weight [2,3], momentum [2,3] and gradient [3,2] must have one shape");
    CHECK(message(Tensor::zeros({2, 3}, DType::f64)) ==
          "sgd_step: weight, momentum and gradient are float32, float32 and float64");
    CHECK(message({}) == "sgd_step: undefined tensor");
  }

  TEST_CASE("a sum of squares is kept in double and does not depend on threads") {
    for (const tensor::Shape& shape : {tensor::Shape{}, {0}, {7}, {3, 5}, {70001}}) {
      CAPTURE(shape);
      const Tensor x = tensor::affine(tests::normal(3, shape), 1e-3, 1);
      double expected = 0;
      for (const float value : x.to_vector<float>()) expected += double{value} * double{value};
      const auto found = [&](int threads, const Tensor& t) {
        tensor::set_num_threads(threads);
        const double sum = tensor::sum_of_squares(t);
        tensor::set_num_threads(0);
        return sum;
      };
      CHECK(std::abs(found(1, x) - expected) <= 1e-13 * expected);
      CHECK(found(1, x) == found(3, x));
      const double wide = found(2, x.to(DType::f64));
      if (x.device() == Device::cpu) CHECK(wide == expected);  // summed in exactly this order
      CHECK(std::abs(wide - expected) <= 1e-13 * expected);
      if (x.rank() == 2) CHECK(found(2, x.transpose(0, 1)) == doctest::Approx(expected));
    }
  }

  TEST_CASE("a backend scope ends with its block" * tests::on_cpu_only()) {
    const Tensor t = Tensor::zeros({1});
    {
      const tensor::BackendScope scope(tensor::reference_backend());
      CHECK(tensor::backend_for("test", {&t}).name == "reference");
    }
    CHECK(tensor::backend_for("test", {&t}).name == "cpu");
  }
}
