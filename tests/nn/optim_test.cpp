#include <doctest/doctest.h>

#include "odin/autograd/engine.h"
#include "odin/autograd/ops.h"
#include "odin/nn/layers/linear.h"
#include "odin/nn/optim/schedule.h"
#include "odin/nn/optim/sgd.h"
#include "odin/tensor/ops.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using autograd::Variable;
using tensor::Tensor;

TEST_SUITE("nn") {
  TEST_CASE("SGD with momentum takes the steps worked out by hand") {
    // One weight of 1, gradient always 2: g = 2, then v = 2, 0.5 * 2 + 2 = 3.
    for (const bool nesterov : {false, true}) {
      nn::Linear layer(1, 1);
      Tensor weight = layer.parameters()[0].variable->value();
      tensor::fill_(weight, 1);
      nn::Sgd sgd(layer, {.momentum = 0.5, .nesterov = nesterov, .weight_decay = 0});
      const double expected[2][2] = {{1 - 0.1 * 2, 0.8 - 0.1 * 3}, {1 - 0.1 * 3, 0.7 - 0.1 * 3.5}};
      for (const double value : expected[nesterov]) {
        layer.zero_grad();
        autograd::backward(sum(layer(Variable(Tensor::full({1, 1}, 2)))));
        sgd.step(0.1);
        CHECK(weight.item() == doctest::Approx(value));
      }
    }
  }

  TEST_CASE("weight decay pulls towards zero and parameters without gradient stay") {
    nn::Linear layer(1, 1);
    Tensor weight = layer.parameters()[0].variable->value();
    tensor::fill_(weight, 4);
    nn::Sgd sgd(layer, {.momentum = 0, .nesterov = false, .weight_decay = 0.5});
    sgd.step(0.1);
    CHECK(weight.item() == 4);
    autograd::backward(sum(layer(Variable(Tensor::zeros({1, 1})))));
    sgd.step(0.1);
    CHECK(weight.item() == doctest::Approx(4 - 0.1 * 0.5 * 4));
  }

  TEST_CASE("momentum of other parameters is refused") {
    nn::Linear layer(2, 3), other(3, 3);
    nn::Sgd sgd(other, {});
    autograd::backward(sum(other(Variable(Tensor::full({1, 3}, 1)))));
    sgd.step(0.1);
    nn::Sgd fresh(layer, {});
    CHECK(tests::error_of([&] { fresh.load_state(sgd.state()); }) ==
          "sgd: the state to load has no momentum for weight [3,2]");
    fresh.load_state({});
  }

  TEST_CASE("schedules pass through their milestones") {
    const nn::StepSchedule step{0.1, 100};
    CHECK(step.at(0) == 0.1);
    CHECK(step.at(49) == 0.1);
    CHECK(step.at(50) == doctest::Approx(0.01));
    CHECK(step.at(75) == doctest::Approx(0.001));
    const nn::CosineSchedule cosine{0.2, 110, 10, 0.01};
    CHECK(cosine.at(0) == doctest::Approx(0.02));
    CHECK(cosine.at(9) == doctest::Approx(0.2));
    CHECK(cosine.at(60) == doctest::Approx(0.105));
    CHECK(cosine.at(110) == doctest::Approx(0.01));
  }
}
