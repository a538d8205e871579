#include <doctest/doctest.h>

#include <limits>

#include "odin/nn/graph/graph_module.h"
#include "odin/nn/layers/activation.h"
#include "odin/nn/layers/batch_norm.h"
#include "odin/nn/layers/conv2d.h"
#include "odin/nn/layers/identity.h"
#include "odin/nn/layers/linear.h"
#include "odin/nn/layers/pooling.h"
#include "odin/nn/layers/sequential.h"
#include "odin/nn/models/make_model.h"
#include "odin/nn/models/registry.h"
#include "odin/tensor/random.h"
#include "odin/tests/device.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using autograd::Variable;
using tensor::Tensor;
using tests::error_of;

namespace {

std::vector<float> floats_of(const Tensor& t) { return t.to_vector<float>(); }

/// Every parameter and buffer has the values of the other network's, in memory of its own.
void check_is_copy(const nn::Module& copy, const nn::Module& of) {
  const nn::StateDict copied = copy.state_dict(), original = of.state_dict();
  REQUIRE(copied.size() == original.size());
  for (const auto& entry : original) {
    const auto& name = entry.first;
    const Tensor& value = entry.second;
    CAPTURE(name);
    CHECK(floats_of(copied.at(name)) == floats_of(value));
    CHECK(copied.at(name).storage() != value.storage());
    CHECK(copied.at(name).device() == value.device());
  }
}

class Doubled final : public nn::Module {
 public:
  Variable forward(const Variable& x) const override { return x; }
};

}  // namespace

TEST_SUITE("nn") {
  TEST_CASE("a clone of a network of every family has its values and its results" *
            tests::on_cpu_only()) {
    for (const nn::Architecture* family : nn::architectures()) {
      CAPTURE(family->example);
      if (nn::parameter_count(family->example, 5) > 10'000'000) continue;  // too slow to run
      const auto network = nn::make_model(family->example, 5);
      nn::initialize(*network, 3);
      network->to(tests::device());
      const auto copy = network->clone();
      check_is_copy(*copy, *network);
      const Variable x(tests::on_device(tensor::Random(1).uniform({1, 3, 32, 32})));
      CHECK(floats_of((*copy)(x).value()) == floats_of((*network)(x).value()));
      CHECK(copy->parameters().front().variable.node()->name ==
            network->parameters().front().variable.node()->name);
    }
  }

  TEST_CASE("a clone and its original do not change one another") {
    const auto network = nn::make_model("wrn-10-1", 4);
    nn::initialize(*network, 3);
    auto copy = network->clone();
    const auto before = floats_of(network->state_dict().at("fc.weight"));
    nn::initialize(*copy, 4);
    CHECK(floats_of(network->state_dict().at("fc.weight")) == before);
    const auto second = network->clone();
    copy.reset();
    check_is_copy(*second, *network);
  }

  TEST_CASE("a clone has the mode, the frozen parameters and the momentum of its original") {
    nn::Sequential network;
    auto& conv = network.add<nn::Conv2d>(nn::Conv2dOptions{
        .in = 4, .out = 6, .kernel = {3, 1}, .stride = 2, .padding = 1, .groups = 2, .bias = true});
    auto& norm = network.add<nn::BatchNorm2d>(6);
    network.add<nn::ReLU>();
    network.add<nn::AvgPool2d>(tensor::Pool2dParams{.kernel = 2, .stride = 1});
    network.add<nn::Identity>();
    network.add<nn::GlobalAvgPool>();
    network.add<nn::Linear>(6, 3);
    nn::initialize(network, 2);
    norm.set_momentum(0.5);
    Variable weight = conv.weight();
    weight.set_requires_grad(false);
    network.train();
    const auto copy = network.clone();
    CHECK(copy->is_training());
    CHECK_FALSE(copy->parameters().front().variable.requires_grad());
    CHECK(copy->parameters()[1].variable.requires_grad());
    const Variable x(tensor::Random(1).uniform({2, 4, 9, 8}));
    CHECK(floats_of((*copy)(x).value()) == floats_of(network(x).value()));
    check_is_copy(*copy, network);  // running statistics by the same momentum
  }

  TEST_CASE("a clone of a network that has diverged is a copy too") {
    nn::Linear layer(2, 2);
    Tensor weight = layer.state_dict().at("weight");
    weight.write<float>()[0] = std::numeric_limits<float>::infinity();
    check_is_copy(*layer.clone(), layer);
  }

  TEST_CASE("a module that does not say how another one is made has no clone") {
    nn::Sequential network;
    network.add<Doubled>();
    const std::string expected =
        "clone: this kind of module does not say how another one is made (make_like)";
    CHECK(error_of([&] { Doubled().clone(); }) == expected);
    CHECK(error_of([&] { network.clone(); }) == expected);
  }
}
