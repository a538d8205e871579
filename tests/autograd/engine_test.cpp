#include "odin/autograd/engine.h"

#include <doctest/doctest.h>

#include "odin/autograd/dump.h"
#include "odin/autograd/fused/dense_block.h"
#include "odin/autograd/observer.h"
#include "odin/autograd/ops.h"
#include "odin/tensor/backend/backend.h"
#include "odin/tensor/ops.h"
#include "odin/tests/autograd/leaf.h"
#include "odin/tests/call_count.h"
#include "odin/tests/device.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using autograd::Variable;
using tensor::Tensor;
using tests::error_of;
using tests::leaf;

namespace {

/// Keeps every gradient of a walk, and what it was when it was reached.
struct Keeper final : autograd::Observer {
  void recorded(const Variable&, std::span<const Variable>) override {}
  void reached(const autograd::Node&, const Tensor& gradient) override {
    kept.emplace_back(gradient, gradient.to_vector<float>());
  }
  std::vector<std::pair<Tensor, std::vector<float>>> kept;
};

/// A block of one layer, and behind it a normalization with max(., 0): rules that write over a
/// gradient that is theirs alone.
Variable block_and_norm(const Variable& x) {
  const auto ones = [](tensor::Dims shape) {
    return Variable(tests::on_device(Tensor::full(shape, 1)));
  };
  static const autograd::RunningStats running2{tests::on_device(Tensor::zeros({2})),
                                               tests::on_device(Tensor::full({2}, 1))};
  static const autograd::RunningStats running4{tests::on_device(Tensor::zeros({4})),
                                               tests::on_device(Tensor::full({4}, 1))};
  const autograd::DenseLayer layer{ones({2}), ones({2}),          ones({2, 2, 1, 1}), ones({2}),
                                   ones({2}), ones({2, 2, 3, 3}), &running2,          &running2};
  return batch_norm(dense_block(x, {layer}, {}), ones({4}), ones({4}), running4, {.relu = true});
}

}  // namespace

TEST_SUITE("autograd") {
  TEST_CASE("a bad dimension is an error of the operation") {
    const Variable x(Tensor::zeros({2, 3}), true);
    CHECK(error_of([&] { autograd::sum(x, {-3}); }).starts_with("sum: "));
    CHECK(error_of([&] { autograd::sum(x, {9}); }).starts_with("sum: "));
    const std::vector<Variable> parts{x, x};
    CHECK(error_of([&] { autograd::concat(parts, 9); }).starts_with("concat: "));
  }

  TEST_CASE("a stride of 0 is an error of a convolution, joined to a normalization or not") {
    const Variable x(Tensor::zeros({1, 2, 5, 4}), true), w(Tensor::zeros({3, 2, 3, 3}), true);
    const Variable one(Tensor::full({2}, 1), true);
    autograd::RunningStats running{Tensor::zeros({2}), Tensor::full({2}, 1)};
    CHECK(error_of([&] {
            conv2d(x, w, {0, 1});
          }) == "conv2d: expected stride >= 1 and padding >= 0, got 0 and 1");
    CHECK(error_of([&] {
            norm_conv2d(x, one, one, running, {}, w, {0, 1});
          }) == "norm_conv2d: expected stride >= 1 and padding >= 0, got 0 and 1");
  }

  TEST_CASE("backward leaves the gradient of every leaf, and adds to what is there") {
    Variable a = leaf(2, "a"), b = leaf(3, "b");
    autograd::backward(mul(add(a, b), b));  // (a + b) b
    CHECK(a.grad().item() == 3);
    CHECK(b.grad().item() == 8);
    autograd::backward(mul(a, a));
    CHECK(a.grad().item() == 7);
    a.zero_grad();
    CHECK_FALSE(a.grad().defined());
    CHECK(b.grad().item() == 8);
  }

  TEST_CASE("a rule that speaks of inputs that do not exist, or that nobody needs, is an error") {
    const auto scaled = [](const Variable& x, int input) {
      return autograd::record(
          "scaled", x.value(), {x, Variable(x.value())},
          [input](const Tensor& dy, autograd::Gradients& into) { into.add(input, dy); });
    };
    const Variable a = leaf(2, "a");
    CHECK(autograd::grad(scaled(a, 0), a).item() == 1);
    CHECK(error_of([&] { autograd::grad(scaled(a, 1), a); }) ==
          "scaled: the rule added a gradient of input 1, which nobody needs; it has to ask "
          "wants(1) first");
    for (const int none : {-1, 2})
      CHECK(error_of([&] { autograd::grad(scaled(a, none), a); }) ==
            "scaled: the rule speaks of input " + std::to_string(none) + ", and there are 2");
  }

  TEST_CASE("grad gives just what was asked for, leaves and intermediate results alike") {
    const Variable a = leaf(2, "a"), b = leaf(3, "b");
    const Variable c = mul(a, b);
    const Variable y = mul(c, c);
    const std::vector<Variable> asked{c, a};
    const auto gradients = autograd::grad(y, asked);
    CHECK(gradients[0].item() == 12);
    CHECK(gradients[1].item() == 36);
    CHECK_FALSE(a.grad().defined());
  }

  TEST_CASE("the gradient of an image costs no weight gradients") {
    const Variable image(tests::on_device(Tensor::full({1, 3, 6, 6}, 0.5)), true);
    const Variable weight(tests::on_device(Tensor::full({4, 3, 3, 3}, 0.1)), true);
    Variable fixed = weight.detach();
    for (const Variable& w : {weight, fixed}) {
      const Variable y = sum(square(conv2d(image, w, {1, 1})));
      const tests::CallCount count;
      autograd::grad(y, image);
      CHECK(count["conv2d_input_grad"] == 1);
      CHECK(count["conv2d_weight_grad"] == 0);
    }
    const Variable y = sum(conv2d(image, weight, {1, 1}));
    const tests::CallCount count;
    autograd::grad(y, weight);
    CHECK(count["conv2d_input_grad"] == 0);
    CHECK(count["conv2d_weight_grad"] == 1);
  }

  TEST_CASE("nothing is recorded in a no-grad scope or below constants") {
    const Variable a = leaf(2, "a"), constant(Tensor::scalar(1));
    CHECK_FALSE(mul(constant, constant).requires_grad());
    CHECK(mul(a, constant).requires_grad());
    {
      const autograd::NoGradScope no_grad;
      CHECK_FALSE(mul(a, a).requires_grad());
    }
    CHECK(mul(a, a).requires_grad());
    CHECK_FALSE(a.detach().requires_grad());
  }

  TEST_CASE("a graph is walked once unless it is retained") {
    const Variable a = leaf(3, "a");
    const Variable y = square(a);
    CHECK(autograd::grad(y, a, {.seed = {}, .retain_graph = true}).item() == 6);
    CHECK(autograd::grad(y, a).item() == 6);
    CHECK(error_of([&] { autograd::grad(y, a); }).find("walked before") != std::string::npos);
  }

  TEST_CASE("a seed stands for the gradient from above") {
    const Variable a(tests::on_device(Tensor::from({1, 2}, {2})), true);
    const Variable y = square(a);
    CHECK(error_of([&] { autograd::grad(y, a); }) ==
          "backward: the output has shape [2]; a seed is needed unless it is a scalar");
    CHECK(error_of([&] {
            autograd::grad(y, a, {.seed = Tensor::zeros({3}), .retain_graph = false});
          }) == "backward: seed has shape [3], the output has [2]");
    const auto g = autograd::grad(
        y, a, {.seed = tests::on_device(Tensor::from({10, 100}, {2})), .retain_graph = false});
    CHECK(g.to_vector<float>() == std::vector<float>{20, 400});
  }

  TEST_CASE("what does not depend on an input is said so") {
    const Variable a = leaf(1, "a"), b = leaf(1, "b");
    CHECK(error_of([&] { autograd::grad(square(a), b); }) ==
          "grad: the output does not depend on input 'b' []");
    CHECK(error_of([&] { autograd::backward(Variable(Tensor::scalar(1))); }) ==
          "backward: the output depends on nothing that needs a gradient");
    CHECK(error_of([] { Variable(Tensor::zeros({1}, tensor::DType::i64), true, "n"); }) ==
          "variable: only floating tensors have gradients, 'n' is int64");
  }

  TEST_CASE("gradients that share memory are not overwritten") {
    // Both inputs of an addition receive the same gradient tensor; then more is added to the first.
    const Tensor ones = tests::on_device(Tensor::full({4}, 1));
    const Variable a(ones.clone(), true), b(ones.clone(), true);
    const Variable y = add(sum(add(a, b)), sum(square(a)));
    const std::vector<Variable> asked{a, b};
    const auto g = autograd::grad(y, asked);
    CHECK(g[0].to_vector<float>() == std::vector<float>(4, 3));
    CHECK(g[1].to_vector<float>() == std::vector<float>(4, 1));
  }

  TEST_CASE("gradients that somebody keeps are not overwritten, and are the same if nobody does") {
    const Variable x(tests::on_device(tensor::Random(1).normal({2, 2, 5, 3})), true);
    const Tensor seed = tests::on_device(tensor::Random(2).normal({2, 4, 5, 3}));
    const auto before = seed.to_vector<float>();
    const auto alone = autograd::grad(block_and_norm(x), x, {.seed = seed}).to_vector<float>();
    CHECK(seed.to_vector<float>() == before);
    Keeper keeper;
    const autograd::ObserverScope scope(keeper);
    CHECK(autograd::grad(block_and_norm(x), x, {.seed = seed}).to_vector<float>() == alone);
    REQUIRE(keeper.kept.size() >= 3);
    for (const auto& [gradient, then] : keeper.kept) CHECK(gradient.to_vector<float>() == then);
  }

  TEST_CASE("a chain of a hundred thousand operations is walked and freed without recursion") {
    const Variable a = leaf(1, "a");
    Variable y = a;
    for (int i = 0; i < 100000; ++i) y = affine(y, 1, 0);
    CHECK(autograd::grad(y, a).item() == 1);
  }

  TEST_CASE("the tape reads as a program and as a picture") {
    const Variable x = leaf(2, "x");
    const Variable y = mul(square(x), Variable(Tensor::scalar(3)));
    CHECK(autograd::to_text(y) == "%1 = x []\n%2 = square(%1) []\n%3 = mul(%2, _) []\n");
    const std::string dot = autograd::to_graphviz(y);
    CHECK(dot.find("n1 [label=\"x\\n[]\", shape=box];") != std::string::npos);
    CHECK(dot.find("n2 -> n3;") != std::string::npos);
  }
}
