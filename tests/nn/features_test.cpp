#include "odin/nn/features.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "odin/autograd/engine.h"
#include "odin/autograd/ops.h"
#include "odin/nn/graph/graph_module.h"
#include "odin/nn/layers/conv2d.h"
#include "odin/nn/layers/linear.h"
#include "odin/nn/models/registry.h"
#include "odin/tensor/ops.h"
#include "odin/tests/networks.h"
#include "odin/tests/nn/check_features.h"

using namespace odin;
using autograd::Variable;
using tensor::Tensor;
using tests::check_all_paths;
using tests::feature_noise;

namespace {

/// A network that ends in a 1x1 convolution of one pixel.
class ConvolutionAtEnd final : public nn::Module {
 public:
  ConvolutionAtEnd() : conv_({.in = 3, .out = 7, .kernel = 1, .bias = true}) {
    register_module("conv", conv_);
  }
  Variable forward(const Variable& x) const override {
    const Variable pixel = autograd::reshape(autograd::global_avg_pool(x), {x.dim(0), 3, 1, 1});
    return autograd::reshape(conv_(pixel), {x.dim(0), 7});
  }

 private:
  nn::Conv2d conv_;
};

/// A network whose logits are not what its linear layer computed.
class SoftmaxAtEnd final : public nn::Module {
 public:
  SoftmaxAtEnd() : fc_(3, 7) { register_module("fc", fc_); }
  Variable forward(const Variable& x) const override {
    return autograd::log_softmax(fc_(autograd::global_avg_pool(x)));
  }

 private:
  nn::Linear fc_;
};

std::unique_ptr<nn::GraphModule> graph_network(std::string_view json,
                                               const nn::StateDict& tensors) {
  auto network = std::make_unique<nn::GraphModule>(nn::graph::parse_graph(json), tensors,
                                                   nn::InputSize{3, 8, 8}, 5);
  network->load_state_dict(tensors);
  network->to(tests::device());
  return network;
}

void check_has_no_features(const nn::Module& network) {
  CHECK_THROWS_WITH_AS(nn::predict_features(network, feature_noise({2, 3, 8, 8})),
                       doctest::Contains("does not end in a linear layer"), Error);
}

}  // namespace

TEST_SUITE("nn") {
  // What the tap sees is the same on every device; networks of full size take minutes there.
  TEST_CASE("the features of every named network are what its last layer reads" *
            tests::on_cpu_only()) {
    for (const nn::Architecture* a : nn::architectures()) {
      const std::string name =
          a->example == "densenet-bc-100-12" ? "densenet-bc-16-4" : std::string(a->example);
      CAPTURE(name);
      const auto network = tests::network_of(name == "wrn-28-10" ? "wrn-10-1" : name.c_str());
      check_all_paths(*network, feature_noise({3, 3, 32, 32}));
    }
  }

  TEST_CASE("the last layer of a network is found by itself") {
    const auto network = tests::network_of("densenet-bc-16-4");
    const nn::LastLayer last = nn::last_layer(*network, {});
    CHECK(last.weight.to_vector<float>() ==
          network->state_dict().at("fc.weight").to_vector<float>());
    CHECK(last.bias.to_vector<float>() == network->state_dict().at("fc.bias").to_vector<float>());
  }

  TEST_CASE("features have gradients where the pass is recorded") {
    const auto network = tests::network_of("convnet-8-16");
    const autograd::FrozenParametersScope frozen;
    const Variable x(feature_noise({2, 3, 32, 32}), true);
    const nn::Features found = nn::forward_features(*network, x);
    const Tensor gradient = autograd::grad(autograd::sum(found.features), x);
    CHECK(gradient.shape() == x.shape());
  }

  TEST_CASE("a network may end in a 1x1 convolution of one pixel") {
    ConvolutionAtEnd network;
    nn::initialize(network, 1);
    network.to(tests::device());
    check_all_paths(network, feature_noise({2, 3, 8, 8}));
  }

  TEST_CASE("a network that does not end in a linear layer has no features") {
    SoftmaxAtEnd network;
    nn::initialize(network, 1);
    network.to(tests::device());
    check_has_no_features(network);
  }

  TEST_CASE("a graph may end in a convolution of one pixel behind a normalization") {
    const char* graph = R"({"input":"input","output":"out","nodes":[
      {"op":"mean","inputs":["input"],"output":"pool","attributes":{"dims":[2,3],"keepdim":true}},
      {"op":"batch_norm","inputs":["pool","scale","shift","mean","var"],"output":"norm"},
      {"op":"relu","inputs":["norm"],"output":"relu"},
      {"op":"conv2d","inputs":["relu","weight","bias"],"output":"conv"},
      {"op":"reshape","inputs":["conv"],"output":"out","attributes":{"shape":["N",5]}}]})";
    nn::StateDict tensors{{"weight", tensor::Random(1).normal({5, 3, 1, 1})},
                          {"bias", tensor::Random(2).normal({5})}};
    for (const char* name : {"scale", "shift", "mean", "var"})
      tensors[name] = tensor::Random(std::string_view(name).size()).uniform({3});
    const auto network = graph_network(graph, tensors);
    const Tensor x = feature_noise({2, 3, 8, 8});
    check_all_paths(*network, x);
    const auto features = nn::predict_features(*network, x).features.to_vector<float>();
    CHECK(*std::min_element(features.begin(), features.end()) >= 0);  // behind the ReLU
  }

  TEST_CASE("a graph that averages the logits of all pixels has no features") {
    const char* graph = R"({"input":"input","output":"out","nodes":[
      {"op":"conv2d","inputs":["input","weight"],"output":"conv"},
      {"op":"mean","inputs":["conv"],"output":"out","attributes":{"dims":[2,3]}}]})";
    const nn::StateDict tensors{{"weight", tensor::Random(1).normal({5, 3, 1, 1})}};
    check_has_no_features(*graph_network(graph, tensors));
  }

  TEST_CASE("a last convolution of more than one pixel has no features") {
    const char* graph = R"({"input":"input","output":"out","nodes":[
      {"op":"conv2d","inputs":["input","weight"],"output":"conv"},
      {"op":"reshape","inputs":["conv"],"output":"out","attributes":{"shape":["N",5]}}]})";
    const nn::StateDict tensors{{"weight", tensor::Random(1).normal({5, 3, 8, 8})}};
    check_has_no_features(*graph_network(graph, tensors));
  }
}
