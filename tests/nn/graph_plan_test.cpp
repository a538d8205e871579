#include "odin/nn/graph/plan.h"

#include <doctest/doctest.h>

#include "odin/autograd/engine.h"
#include "odin/autograd/fused/conv_activation.h"
#include "odin/autograd/ops.h"
#include "odin/nn/fusion.h"
#include "odin/nn/graph/graph_module.h"
#include "odin/tensor/ops.h"
#include "odin/tensor/random.h"
#include "odin/tests/close_to.h"
#include "odin/tests/device.h"

// The steps that graphs are executed in, fused and plain.

using namespace odin;
using autograd::Variable;
using nn::graph::Graph;
using tensor::Tensor;

namespace {

constexpr nn::InputSize kPlanInput{3, 9, 8};
using Extents = std::vector<nn::graph::Extent>;

/// A network made node by node, with the tensors that the nodes name.
class Builder {
 public:
  Graph graph;
  nn::StateDict tensors;

  std::string conv(const std::string& x, std::int64_t in, std::int64_t out, std::int64_t kernel,
                   std::int64_t groups = 1, bool bias = false) {
    const std::string name = next("conv");
    std::vector<std::string> inputs{x, name + ".weight"};
    tensors[name + ".weight"] = random({out, in / groups, kernel, kernel});
    if (bias) {
      inputs.push_back(name + ".bias");
      tensors[name + ".bias"] = random({out});
    }
    const std::int64_t p = kernel / 2;
    graph.nodes.push_back(
        {"conv2d", inputs, name, {{"padding", Extents{{p}, {p}, {p}, {p}}}, {"groups", groups}}});
    return name;
  }
  std::string norm(const std::string& x, std::int64_t channels) {
    const std::string name = next("norm");
    std::vector<std::string> inputs{x};
    for (const char* part : {".weight", ".bias", ".mean", ".var"}) {
      inputs.push_back(name + part);
      tensors[name + part] = tensor::affine(random({channels}), 0.1, 1);
    }
    graph.nodes.push_back({"batch_norm", inputs, name, {{"epsilon", 1e-3}}});
    return name;
  }
  std::string node(const std::string& op, std::vector<std::string> inputs,
                   std::map<std::string, nn::graph::Attribute> attributes = {}) {
    const std::string name = next(op);
    graph.nodes.push_back({op, std::move(inputs), name, std::move(attributes)});
    return name;
  }
  std::string constant(const tensor::Shape& shape) {
    const std::string name = next("constant");
    tensors[name] = random(shape);
    return name;
  }
  /// Ends with the mean over pixels and a linear layer.
  void end(const std::string& x, std::int64_t channels) {
    const std::string pool = node("mean", {x}, {{"dims", Extents{{2}, {3}}}});
    tensors["fc.weight"] = random({5, channels});
    graph.output = node("linear", {pool, "fc.weight"});
  }

 private:
  Tensor random(const tensor::Shape& shape) { return tensor::Random(++count_).normal(shape); }
  std::string next(const std::string& what) { return what + std::to_string(++count_); }
  std::uint64_t count_ = 0;
};

/// Both ways give the same logits and input gradients; returns the number of fused steps.
std::size_t compare(const Builder& b) {
  nn::GraphModule network(b.graph, b.tensors, kPlanInput, 5);
  network.load_state_dict(b.tensors);
  network.to(tests::device());
  const Tensor images = tests::on_device(tensor::Random(77).normal({2, 3, 9, 8}));
  std::vector<Tensor> logits, gradients;
  for (const bool fused : {true, false}) {
    const nn::FusionScope fusion(fused);
    const autograd::FrozenParametersScope frozen;
    const Variable x(images, true);
    const Variable y = network(x);
    logits.push_back(y.value());
    gradients.push_back(autograd::grad(sum(square(y)), x));
  }
  CHECK_CLOSE(logits[0], logits[1], 2e-6);
  CHECK_CLOSE(gradients[0], gradients[1], 1e-5);
  {  // Where nothing needs a gradient, more is fused.
    const autograd::NoGradScope no_gradients;
    CHECK_CLOSE(network(Variable(images)).value(), logits[1], 2e-6);
  }
  // With a gradient for a parameter, the fused way is not taken.
  const Variable y = network(Variable(images));
  CHECK_CLOSE(y.value(), logits[1], 2e-6);
  CHECK(y.requires_grad());
  return nn::graph::fused_steps(b.graph, b.tensors).size();
}

}  // namespace

TEST_SUITE("nn") {
  TEST_CASE("a residual block with normalizations behind its convolutions is two steps") {
    Builder b;
    const std::string stem = b.node("relu", {b.norm(b.conv("input", 3, 8, 3), 8)});
    const std::string inner = b.node("relu", {b.norm(b.conv(stem, 8, 8, 3), 8)});
    const std::string outer = b.norm(b.conv(inner, 8, 8, 3, 1, true), 8);
    b.end(b.node("relu", {b.node("add", {outer, stem})}), 8);
    CHECK(compare(b) == 3 + 2);
  }

  TEST_CASE("both branches of an addition are convolutions: one of them adds the other") {
    Builder b;
    const std::string left = b.norm(b.conv("input", 3, 8, 3), 8);
    const std::string right = b.norm(b.conv("input", 3, 8, 1), 8);
    b.end(b.node("relu", {b.node("add", {left, right})}), 8);
    CHECK(compare(b) == 2 + 2);
  }

  TEST_CASE("normalizations before convolutions are applied while these read") {
    Builder b;
    const std::string stem = b.conv("input", 3, 8, 3);
    const std::string squeezed = b.conv(b.node("relu", {b.norm(stem, 8)}), 8, 6, 1, 1, true);
    const std::string grown = b.conv(b.node("relu", {squeezed}), 6, 4, 3);
    const std::string both = b.node("concat", {grown, stem}, {{"dim", std::int64_t{1}}});
    b.end(b.node("relu", {b.norm(both, 12)}), 12);
    CHECK(compare(b) == 3 + 1 + 1 + 2);
  }

  TEST_CASE("blocks of DenseNets are one step, as frameworks write them and with norms folded") {
    for (const bool folded : {false, true})
      for (const bool nested : {false, true}) {
        CAPTURE(folded);
        CAPTURE(nested);
        Builder b;
        std::string x = b.conv("input", 3, 8, 3);
        std::vector<std::string> parts{x};
        std::int64_t channels = 8;
        for (int layer = 0; layer < 3; ++layer) {
          std::string y = b.conv(b.node("relu", {b.norm(x, channels)}), channels, 6, 1, 1, folded);
          if (!folded) y = b.norm(y, 6);
          const std::string grown = b.conv(b.node("relu", {y}), 6, 4, 3);
          parts.push_back(grown);
          const std::vector<std::string> two{x, grown};
          x = b.node("concat", nested ? two : parts, {{"dim", std::int64_t{1}}});
          channels += 4;
        }
        b.end(b.node("relu", {b.norm(x, channels)}), channels);
        CHECK(compare(b) == 1 + 1 + 1 + 2);
      }
  }

  TEST_CASE(
      "an activation that two convolutions read is computed once, by the convolution before it") {
    Builder b;
    const std::string stem = b.conv("input", 3, 8, 3);
    const std::string active = b.node("relu", {b.norm(stem, 8)});
    const std::string left = b.conv(active, 8, 4, 3), right = b.conv(active, 8, 4, 1);
    b.end(b.node("add", {left, right}), 4);
    CHECK(compare(b) == 1 + 2 + 2);
  }

  TEST_CASE("depthwise convolutions, other activations, and values that are read twice") {
    Builder b;
    const std::string wide = b.node("hard_swish", {b.norm(b.conv("input", 3, 12, 1), 12)});
    const std::string deep =
        b.node("clip", {b.norm(b.conv(wide, 12, 12, 3, 12), 12)}, {{"min", 0.0}, {"max", 6.0}});
    const std::string narrow = b.conv(deep, 12, 4, 1, 1, true);
    // `narrow` is read twice, so the activation stays a step of its own.
    const std::string gate = b.node("sigmoid", {narrow});
    b.end(b.node("mul", {narrow, gate}), 4);
    CHECK(compare(b) == (autograd::kConvPairIsOnePass ? 2 : 3) + 2 + 2);
  }

  TEST_CASE(
      "a 1x1 and a depthwise convolution are one step only where nothing else reads between") {
    Builder b;
    const std::string wide = b.node("relu", {b.conv("input", 3, 8, 1, 1, true)});
    const std::string deep = b.conv(wide, 8, 8, 3, 8, true);
    b.end(b.node("mul", {b.node("relu", {deep}), wide}), 8);
    CHECK(compare(b) == 2 + 1 + 2);
    Builder other;  // the first is no 1x1 convolution, the second none of one channel a group
    const std::string x = other.conv("input", 3, 8, 3);
    const std::string y = other.conv(other.conv(x, 8, 8, 3, 8), 8, 8, 1);
    other.end(other.conv(y, 8, 8, 3, 4), 8);
    CHECK(compare(other) == 4 + 2);
  }

  TEST_CASE(
      "a weight that depends on the picture is folded into nothing, so that it has a gradient") {
    Builder b;
    const std::string x = b.conv("input", 3, 4, 3);
    // One image alone could have such a weight; here both images make it together.
    const std::string all = b.node("mean", {x}, {{"dims", Extents{{0}, {2}, {3}}}});
    const std::string weight =
        b.node("mul", {b.constant({4, 4, 1, 1}),
                       b.node("reshape", {all}, {{"shape", Extents{{4}, {1}, {1}, {1}}}})});
    b.graph.nodes.push_back({"conv2d", {x, weight}, "dynamic", {}});
    b.end(b.node("relu", {b.norm("dynamic", 4)}), 4);
    CHECK(compare(b) == 1 + 3 + 1 + 1 + 2);
  }

  TEST_CASE("what is added may broadcast, or be a tensor of the file") {
    Builder b;
    const std::string x = b.conv("input", 3, 4, 3);
    const std::string mean = b.node("mean", {x}, {{"dims", Extents{{2}, {3}}}, {"keepdim", true}});
    const std::string summed = b.node("add", {b.conv(x, 4, 4, 3), mean});
    const std::string shifted = b.node("add", {b.conv(summed, 4, 4, 1), b.constant({4, 1, 1})});
    b.end(b.node("relu", {shifted}), 4);
    CHECK(compare(b) == 1 + 1 + 1 + 3 + 2);
  }
}
