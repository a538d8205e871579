#include <doctest/doctest.h>

#include <cmath>

#include "odin/autograd/ops.h"
#include "odin/autograd/ops/layer_norm.h"
#include "odin/tensor/ops/reduce.h"
#include "odin/tensor/random.h"
#include "odin/tests/capture_bound.h"
#include "odin/tests/close_to.h"
#include "odin/tests/nn/onnx_network.h"

// Layers of ONNX: which of odin's operations they become, in all versions that differ.

using namespace odin;
using autograd::Variable;
using tensor::Tensor;
using tests::lowered;
using tests::operations_of;
using tests::onnx::attribute;
using tests::onnx::Attribute;
using tests::onnx::list;

namespace {

Tensor layer_images(std::int64_t n = 2) { return tensor::Random(7).normal({n, 4, 6, 5}); }

std::vector<float> numbers(std::int64_t count, std::uint64_t seed) {
  return tensor::Random(seed).normal({count}).to_vector<float>();
}

/// A model of images [N,4,6,5] that ends with a Flatten of "y".
template <class F>
std::string layer_model(F&& build, std::int64_t opset = 17) {
  tests::onnx::Model m(opset);
  m.input("x", {-1, 4, 6, 5});
  build(m);
  return m.node("Flatten", {"y"}, {"logits"}).output("logits").bytes();
}

void check_model(const std::string& model, const Variable& expected) {
  const Tensor e = expected.value();
  CHECK_CLOSE(tests::logits_of(model, layer_images()), e.reshape({2, e.numel() / 2}), 1e-5);
}

Variable weights(const std::vector<float>& values, const tensor::Shape& shape) {
  return Variable(Tensor::from(values, shape));
}

}  // namespace

TEST_SUITE("nn onnx") {
  TEST_CASE("convolutions of ONNX with all their attributes") {
    const auto w = numbers(8 * 2 * 3 * 2, 1), b = numbers(8, 2);
    const auto model = [&](const std::vector<Attribute>& attributes) {
      return layer_model([&](auto& m) {
        m.tensor(tests::onnx::floats("w", {8, 2, 3, 2}, w))
            .tensor(tests::onnx::floats("b", {8}, b));
        m.node("Conv", {"x", "w", "b"}, {"y"}, attributes);
      });
    };
    const Variable x(layer_images()), weight = weights(w, {8, 2, 3, 2}), bias = weights(b, {8});
    check_model(
        model({attribute("group", 2), list("pads", {1, 0, 2, 1}), list("strides", {2, 1}),
               list("dilations", {1, 2})}),
        autograd::conv2d(
            x, weight, {.stride = {2, 1}, .padding = {1, 0, 2, 1}, .dilation = {1, 2}, .groups = 2},
            bias));
    // 6 rows by steps of 2 are 3: 1 row more is needed; 5 columns by steps of 2 are 3: 1 more.
    const std::vector<Attribute> steps{attribute("group", 2), list("strides", {2, 2})};
    auto upper = steps, lower = steps, valid = steps;
    upper.push_back(attribute("auto_pad", "SAME_UPPER"));
    lower.push_back(attribute("auto_pad", "SAME_LOWER"));
    valid.push_back(attribute("auto_pad", "VALID"));
    const auto with_padding = [&](tensor::Padding2d padding) {
      return autograd::conv2d(x, weight, {.stride = 2, .padding = padding, .groups = 2}, bias);
    };
    check_model(model(upper), with_padding({0, 0, 1, 1}));
    check_model(model(lower), with_padding({1, 1, 0, 0}));
    check_model(model(valid), with_padding(0));
  }

  TEST_CASE("pooling of ONNX with padding, ceil mode and dilation") {
    const Variable x(layer_images());
    const auto pool = [](const char* op, const std::vector<Attribute>& attributes) {
      return layer_model([&](auto& m) { m.node(op, {"x"}, {"y"}, attributes); });
    };
    check_model(pool("MaxPool", {list("kernel_shape", {3, 2}), list("strides", {2, 2}),
                                 list("pads", {1, 0, 1, 1}), attribute("ceil_mode", 1)}),
                autograd::max_pool2d(
                    x, {.kernel = {3, 2}, .stride = 2, .padding = {1, 0, 1, 1}, .ceil = true}));
    check_model(pool("MaxPool", {list("kernel_shape", {2, 2}), list("dilations", {2, 2})}),
                autograd::max_pool2d(x, {.kernel = 2, .stride = 1, .dilation = 2}));
    for (const bool counted : {false, true})
      check_model(pool("AveragePool",
                       {list("kernel_shape", {3, 3}), list("strides", {2, 2}),
                        list("pads", {1, 1, 1, 1}), attribute("count_include_pad", counted)}),
                  autograd::avg_pool2d(
                      x, {.kernel = 3, .stride = 2, .padding = 1, .count_padding = counted}));
    check_model(pool("GlobalAveragePool", {}), autograd::mean(x, {2, 3}));
    check_model(pool("GlobalMaxPool", {}), autograd::max(autograd::max(x, 3), 2));
  }

  TEST_CASE("batch normalization of ONNX in all its ages") {
    const auto scale = numbers(4, 3), bias = numbers(4, 4), mean = numbers(4, 5);
    const std::vector<float> var{0.5f, 1, 2, 0.25f};
    const Variable expected =
        autograd::batch_norm(Variable(layer_images()), weights(scale, {4}), weights(bias, {4}),
                             {Tensor::from(mean, {4}), Tensor::from(var, {4})}, {.epsilon = 1e-3});
    const auto model = [&](std::int64_t opset, const std::vector<Attribute>& more,
                           const std::vector<std::string>& outputs) {
      return layer_model(
          [&](auto& m) {
            m.tensor(tests::onnx::floats("s", {4}, scale));
            m.tensor(tests::onnx::floats("b", {4}, bias));
            m.tensor(tests::onnx::floats("m", {4}, mean))
                .tensor(tests::onnx::floats("v", {4}, var));
            auto attributes = more;
            attributes.push_back(attribute("epsilon", 1e-3));
            m.node("BatchNormalization", {"x", "s", "b", "m", "v"}, outputs, attributes);
          },
          opset);
    };
    check_model(model(7, {attribute("spatial", 1)}, {"y"}), expected);
    check_model(model(8, {}, {"y"}), expected);
    check_model(model(9, {attribute("momentum", 0.9)}, {"y", "", ""}), expected);
    check_model(model(14, {attribute("training_mode", 0)}, {"y"}), expected);
    check_model(model(15, {}, {"y"}), expected);
    CHECK_THROWS_WITH_AS(lowered(model(15, {attribute("training_mode", 1)}, {"y"})),
                         doctest::Contains("evaluation mode"), Error);
    CHECK_THROWS_AS(lowered(model(7, {attribute("spatial", 0)}, {"y"})), Error);
  }

  TEST_CASE("normalizations over channels and features") {
    const auto scale = numbers(4, 3), bias = numbers(4, 4);
    const Variable x(layer_images());
    const auto model = [&](const char* op, std::int64_t opset,
                           const std::vector<Attribute>& attributes, std::int64_t size) {
      return layer_model(
          [&](auto& m) {
            const auto first = [size](const std::vector<float>& v) {
              return std::vector<float>(v.begin(), v.begin() + size);
            };
            m.tensor(tests::onnx::floats("s", {size}, first(scale)));
            m.tensor(tests::onnx::floats("b", {size}, first(bias)));
            m.node(op, {"x", "s", "b"}, {"y"}, attributes);
          },
          opset);
    };
    const Variable s = weights(scale, {4}), b = weights(bias, {4});
    check_model(model("InstanceNormalization", 13, {attribute("epsilon", 1e-2)}, 4),
                autograd::group_norm(x, 4, s, b, 1e-2));
    check_model(model("GroupNormalization", 21, {attribute("num_groups", 2)}, 4),
                autograd::group_norm(x, 2, s, b, 1e-5));
    // In version 18 scale and bias have a number for each group.
    const auto repeated = [](const std::vector<float>& v) {
      return weights({v[0], v[0], v[1], v[1]}, {4});
    };
    check_model(model("GroupNormalization", 18, {attribute("num_groups", 2)}, 2),
                autograd::group_norm(x, 2, repeated(scale), repeated(bias), 1e-5));
    const auto last = numbers(5, 6);
    const std::string norm = layer_model([&](auto& m) {
      m.tensor(tests::onnx::floats("s", {5}, last));
      m.node("LayerNormalization", {"x", "s"}, {"y"}, {attribute("axis", -1)});
    });
    check_model(norm,
                autograd::layer_norm(x, 1, weights(last, {5}), Variable(Tensor::zeros({5})), 1e-5));
  }

  TEST_CASE("layer normalization that is written apart is one operation") {
    const auto scale = numbers(5, 3), bias = numbers(5, 4);
    const std::string model = layer_model([&](auto& m) {
      m.tensor(tests::onnx::floats("s", {5}, scale)).tensor(tests::onnx::floats("b", {5}, bias));
      m.tensor(tests::onnx::floats("two", {}, {2}));
      m.tensor(tests::onnx::floats("epsilon", {}, {1e-5f}));
      m.node("ReduceMean", {"x"}, {"mean"}, {list("axes", {-1})});
      m.node("Sub", {"x", "mean"}, {"d"}).node("Pow", {"d", "two"}, {"squares"});
      m.node("ReduceMean", {"squares"}, {"var"}, {list("axes", {-1})});
      m.node("Add", {"var", "epsilon"}, {"sum"}).node("Sqrt", {"sum"}, {"root"});
      m.node("Div", {"d", "root"}, {"normal"}).node("Mul", {"normal", "s"}, {"scaled"});
      m.node("Add", {"scaled", "b"}, {"y"});
    });
    CHECK(operations_of(lowered(model)) == "layer_norm reshape");
    check_model(model, autograd::layer_norm(Variable(layer_images()), 1, weights(scale, {5}),
                                            weights(bias, {5}), 1e-5));
  }

  TEST_CASE("local response normalization divides by neighboring channels") {
    const std::string model = layer_model([&](auto& m) {
      m.node("LRN", {"x"}, {"y"},
             {attribute("size", 3), attribute("alpha", 0.3), attribute("beta", 0.75),
              attribute("bias", 2.0)});
    });
    const Tensor x = layer_images();
    const auto in = x.to_vector<float>();
    std::vector<double> expected;
    constexpr std::int64_t kPixels = 30;
    for (std::int64_t i = 0; i < x.numel(); ++i) {
      double squares = 0;
      const std::int64_t channel = i / kPixels % 4;
      for (std::int64_t c = std::max<std::int64_t>(0, channel - 1);
           c <= std::min<std::int64_t>(3, channel + 1); ++c) {
        const double v =
            static_cast<double>(in[static_cast<std::size_t>(i + (c - channel) * kPixels)]);
        squares += v * v;
      }
      expected.push_back(static_cast<double>(in[static_cast<std::size_t>(i)]) /
                         std::pow(2 + 0.1 * squares, 0.75));
    }
    CHECK_CLOSE(tests::logits_of(model, x), Tensor::from(expected, {2, 120}), 1e-5);
  }

  TEST_CASE("Gemm and MatMul become linear layers with a bias") {
    const auto w = numbers(3 * 120, 1), b = numbers(3, 2);
    const Tensor x = layer_images().reshape({2, 120});
    const Variable weight = weights(w, {3, 120});
    const Tensor turned = weight.value().transpose(0, 1).contiguous();
    const auto ends = [&](auto build, std::int64_t opset = 13) {
      tests::onnx::Model m(opset);
      m.input("x", {-1, 4, 6, 5}).node("Flatten", {"x"}, {"f"});
      m.tensor(tests::onnx::floats("w", {3, 120}, w)).tensor(tests::onnx::floats("b", {3}, b));
      m.tensor(tests::onnx::floats("t", {120, 3}, turned.to_vector<float>()));
      build(m);
      return m.output("logits").bytes();
    };
    const auto check = [&](const std::string& model, double alpha, double beta) {
      CHECK(operations_of(lowered(model)) == "reshape linear");
      const Variable y = autograd::linear(Variable(x), autograd::affine(weight, alpha, 0),
                                          autograd::affine(weights(b, {3}), beta, 0));
      CHECK_CLOSE(tests::logits_of(model, layer_images()), y.value(), 1e-5);
    };
    check(ends([](auto& m) {
            m.node("Gemm", {"f", "w", "b"}, {"logits"}, {attribute("transB", 1)});
          }),
          1, 1);
    check(ends(
              [](auto& m) {
                m.node("Gemm", {"f", "t", "b"}, {"logits"},
                       {attribute("alpha", 0.5), attribute("beta", 2.0)});
              },
              7),
          0.5, 2);
    check(ends([](auto& m) { m.node("Gemm", {"f", "t"}, {"logits"}); }), 1, 0);
    check(ends([](auto& m) {
            m.node("MatMul", {"f", "t"}, {"p"}).node("Add", {"b", "p"}, {"logits"});
          }),
          1, 1);
  }

  TEST_CASE("products of values of the images, with batches of matrices") {
    const std::string model = layer_model([](auto& m) {
      m.node("Transpose", {"x"}, {"t"}, {list("perm", {0, 1, 3, 2})});
      m.node("MatMul", {"x", "t"}, {"p"}).node("Softmax", {"p"}, {"s"}, {attribute("axis", -1)});
      m.node("MatMul", {"s", "x"}, {"y"});
    });
    const Variable x(layer_images());
    const Variable p = autograd::matmul(x, autograd::permute(x, {0, 1, 3, 2}));
    check_model(model, autograd::matmul(autograd::softmax(p, 3), x));
  }

  TEST_CASE("softmax before version 13 is over all dimensions from its axis on") {
    const Variable x(layer_images());
    const auto model = [](std::int64_t opset, std::vector<Attribute> attributes) {
      return layer_model(
          [&](auto& m) { m.node("Softmax", {"x"}, {"s"}, attributes).node("Neg", {"s"}, {"y"}); },
          opset);
    };
    const Variable all = autograd::neg(autograd::softmax(autograd::reshape(x, {2, 120}), 1));
    const Variable rows = autograd::neg(autograd::softmax(autograd::reshape(x, {8, 30}), 1));
    check_model(model(9, {}), all);
    check_model(model(11, {attribute("axis", 2)}), rows);
    check_model(model(13, {attribute("axis", 1)}), autograd::neg(autograd::softmax(x, 1)));
    check_model(model(13, {}), autograd::neg(autograd::softmax(x, 3)));
  }

  TEST_CASE("reductions take their axes as attributes or as inputs") {
    const Variable x(layer_images());
    const auto by_attribute = [](const char* op, std::int64_t opset) {
      return layer_model(
          [&](auto& m) {
            m.node(op, {"x"}, {"y"}, {list("axes", {-2, 1}), attribute("keepdims", 0)});
          },
          opset);
    };
    const auto by_input = [](const char* op) {
      return layer_model(
          [&](auto& m) {
            m.tensor(tests::onnx::integers("axes", {1, 2}));
            m.node(op, {"x", "axes"}, {"y"});
          },
          18);
    };
    const Variable squares = autograd::mul(x, x);
    const std::pair<const char*, Variable> kinds[] = {
        {"ReduceMean", autograd::mean(x, {1, 2})},
        {"ReduceSum", autograd::sum(x, {1, 2})},
        {"ReduceMax", autograd::max(autograd::max(x, 2), 1)},
        {"ReduceMin", autograd::neg(autograd::max(autograd::max(autograd::neg(x), 2), 1))},
        {"ReduceSumSquare", autograd::sum(squares, {1, 2})},
        {"ReduceL2", autograd::sqrt(autograd::sum(squares, {1, 2}))},
        {"ReduceL1", autograd::sum(autograd::abs(x), {1, 2})},
        {"ReduceLogSumExp", autograd::log(autograd::sum(autograd::exp(x), {1, 2}))},
    };
    for (const auto& [op, expected] : kinds) {
      CAPTURE_BOUND(op);
      check_model(by_attribute(op, 11), expected);
      check_model(by_input(op), expected);
    }
  }
}
