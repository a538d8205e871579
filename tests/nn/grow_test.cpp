#include "odin/nn/models/grow.h"

#include <doctest/doctest.h>

#include "odin/autograd/engine.h"
#include "odin/autograd/ops/softmax.h"
#include "odin/tensor/ops.h"
#include "odin/tensor/random.h"
#include "odin/tests/capture_bound.h"
#include "odin/tests/close_to.h"
#include "odin/tests/device.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using tensor::Tensor;

namespace {

/// Sets random weights, and parameters and statistics of batch normalization that differ between
/// channels, as after training.
void fill_trained(nn::Module& network) {
  nn::initialize(network, 1);
  nn::StateDict state = network.state_dict();
  std::uint64_t stream = 0;
  for (auto& [name, t] : state)
    if (name.find("bn") != std::string::npos)
      t = tensor::affine(tensor::Random(7, stream++).uniform(t.shape()), 1.0, 0.5);
  network.load_state_dict(state);
  network.to(tests::device());
}

Tensor logits(nn::Module& network) {
  const Tensor images = tensor::Random(3, 0).normal({2, 3, 12, 20}).to(tests::device());
  return network(nn::Variable(images)).value();
}

struct Pair {
  Pair(std::int64_t depth, std::int64_t deeper)
      : trained({.depth = depth, .growth = 3, .classes = 4}),
        deep({.depth = deeper, .growth = 3, .classes = 4}) {
    fill_trained(trained);
    nn::initialize(deep, 2);
    deep.to(tests::device());
  }
  nn::DenseNetBC trained, deep;
};

std::string error_of_growing(const nn::DenseNetBCOptions& from) {
  nn::DenseNetBC trained(from);
  Pair pair(10, 16);
  const Tensor before = logits(pair.deep);
  const std::string message = tests::error_of([&] { nn::grow(trained, pair.deep); });
  CHECK(tests::same(logits(pair.deep), before));
  return message;
}

}  // namespace

TEST_SUITE("nn") {
  TEST_CASE("a network that has grown computes what the trained one computes") {
    for (const auto& [depth, deeper] : {std::pair{10, 16}, {10, 40}, {16, 22}}) {
      CAPTURE_BOUND(deeper);
      Pair pair(depth, deeper);
      const Tensor expected = logits(pair.trained);
      CHECK(tests::distance(logits(pair.deep), expected).relative > 0.01);
      nn::grow(pair.trained, pair.deep);
      const tests::Distance apart = tests::distance(logits(pair.deep), expected);
      CHECK_MESSAGE(apart.relative < 1e-5, apart.text);
    }
  }

  TEST_CASE("what a network has grown keeps its random weights, weighs 0 and learns") {
    Pair pair(10, 16);
    const std::string grown = "block2.layer.1.conv2.weight";
    const Tensor before = pair.deep.state_dict().at(grown).clone();
    nn::grow(pair.trained, pair.deep);
    CHECK(tests::same(pair.deep.state_dict().at(grown), before));

    pair.deep.train();
    const Tensor labels = Tensor::from({0, 1}, {2}).to(tensor::DType::i64).to(tests::device());
    const Tensor images = tensor::Random(3, 0).normal({2, 3, 8, 8}).to(tests::device());
    autograd::backward(autograd::cross_entropy(pair.deep(nn::Variable(images)), labels));
    for (const auto& [name, variable, initial] : pair.deep.parameters()) {
      if (name != "fc.weight") continue;
      const auto values = variable.value().to(tensor::Device::cpu).to_vector<float>();
      const auto grad = variable.grad().to(tensor::Device::cpu).to_vector<float>();
      const auto known = static_cast<std::size_t>(
          pair.trained.state_dict().at("block3.layer.0.bn1.weight").shape()[0]);
      CHECK(values[known - 1] != 0);
      CHECK(values[known] == 0);
      CHECK(grad[known] != 0);
      CHECK(values.back() == 0);
      CHECK(grad.back() != 0);
    }
  }

  TEST_CASE("a network grows deeper only, with the same growth rate and classes") {
    CHECK(error_of_growing({.depth = 16, .growth = 3, .classes = 4}) ==
          "grow: expected a densenet-bc-L-3 of 4 classes and L under 16, got a densenet-bc-16-3 of "
          "4 classes");
    CHECK(tests::contains(error_of_growing({.depth = 10, .growth = 2, .classes = 4}),
                          "got a densenet-bc-10-2 of 4 classes"));
    CHECK(tests::contains(error_of_growing({.depth = 10, .growth = 3, .classes = 5}),
                          "got a densenet-bc-10-3 of 5 classes"));
  }
}
