#include <doctest/doctest.h>

#include <cmath>
#include <functional>

#include "odin/tensor/random.h"
#include "odin/tests/capture_bound.h"
#include "odin/tests/close_to.h"
#include "odin/tests/nn/onnx_network.h"

// Elementwise operators of ONNX against their definitions.

using namespace odin;
using tensor::Tensor;
using tests::operations_of;
using tests::onnx::attribute;
using tests::onnx::Attribute;
using tests::onnx::list;

namespace {

const tensor::Shape kImages{2, 2, 3, 4};

/// Images between -3 and 3.
Tensor elementwise_images() {
  Tensor x = tensor::Random(5).uniform(kImages);
  tensor::Tensor out = Tensor::empty(kImages);
  const auto values = x.to_vector<float>();
  auto to = out.write<float>();
  for (std::int64_t i = 0; i < out.numel(); ++i)
    to[i] = 6 * values[static_cast<std::size_t>(i)] - 3;
  return out;
}

/// A model of one operator, flattened.
std::string unary_model(const std::string& op, const std::vector<Attribute>& attributes = {},
                        std::int64_t opset = 18) {
  return tests::onnx::Model(opset)
      .input("x", {-1, 2, 3, 4})
      .node(op, {"x"}, {"y"}, attributes)
      .node("Flatten", {"y"}, {"logits"})
      .output("logits")
      .bytes();
}

void check_unary(const std::string& model, const std::function<double(double)>& f) {
  const Tensor x = elementwise_images();
  std::vector<double> expected;
  for (const float value : x.to_vector<float>()) expected.push_back(f(static_cast<double>(value)));
  CHECK_CLOSE(tests::logits_of(model, x), Tensor::from(expected, {2, 24}), 2e-6);
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

std::string binary_model(const std::string& op, std::int64_t opset = 18) {
  return tests::onnx::Model(opset)
      .input("x", {-1, 2, 3, 4})
      .tensor(tests::onnx::floats("c", {2, 1, 1}, {0.5f, -1.5f}))
      .node("Abs", {"x"}, {"a"})
      .node(op, {"a", "c"}, {"y"})
      .node("Cast", {"y"}, {"z"}, {attribute("to", 1)})
      .node("Flatten", {"z"}, {"logits"})
      .output("logits")
      .bytes();
}

}  // namespace

TEST_SUITE("nn onnx") {
  TEST_CASE("elementwise operators of ONNX are what their definitions say") {
    const double e = std::exp(1.0);
    const std::pair<const char*, std::function<double(double)>> kinds[] = {
        {"Relu", [](double x) { return std::max(x, 0.0); }},
        {"Sigmoid", sigmoid},
        {"Tanh", [](double x) { return std::tanh(x); }},
        {"Exp", [](double x) { return std::exp(x); }},
        {"Abs", [](double x) { return std::abs(x); }},
        {"Neg", [](double x) { return -x; }},
        {"Reciprocal", [](double x) { return 1 / x; }},
        {"Erf", [](double x) { return std::erf(x); }},
        {"Sin", [](double x) { return std::sin(x); }},
        {"Cos", [](double x) { return std::cos(x); }},
        {"Floor", [](double x) { return std::floor(x); }},
        {"Ceil", [](double x) { return std::ceil(x); }},
        {"Round", [](double x) { return std::nearbyint(x); }},
        {"Sign", [](double x) { return x > 0   ? 1
                                       : x < 0 ? -1
                                               : 0; }},
        {"Softplus", [](double x) { return std::log1p(std::exp(x)); }},
        {"Softsign", [](double x) { return x / (1 + std::abs(x)); }},
        {"HardSwish", [](double x) { return x * std::clamp(x / 6 + 0.5, 0.0, 1.0); }},
        {"HardSigmoid", [](double x) { return std::clamp(0.2 * x + 0.5, 0.0, 1.0); }},
        {"Mish", [](double x) { return x * std::tanh(std::log1p(std::exp(x))); }},
        {"Elu", [](double x) { return x > 0 ? x : std::expm1(x); }},
        {"Celu", [](double x) { return x > 0 ? x : std::expm1(x); }},
        {"Selu",
         [e](double x) {
           return 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (std::pow(e, x) - 1));
         }},
        {"LeakyRelu", [](double x) { return x > 0 ? x : 0.01 * x; }},
        {"ThresholdedRelu", [](double x) { return x > 1 ? x : 0; }},
        {"Gelu", [](double x) { return x / 2 * (1 + std::erf(x / std::sqrt(2.0))); }},
        {"Identity", [](double x) { return x; }},
        {"Dropout", [](double x) { return x; }},
    };
    for (const auto& [op, f] : kinds) {
      CAPTURE_BOUND(op);
      check_unary(unary_model(op), f);
    }
  }

  TEST_CASE("attributes of elementwise operators of ONNX are taken") {
    check_unary(unary_model("LeakyRelu", {attribute("alpha", 0.25)}),
                [](double x) { return x > 0 ? x : 0.25 * x; });
    check_unary(unary_model("Elu", {attribute("alpha", 2.0)}),
                [](double x) { return x > 0 ? x : 2 * std::expm1(x); });
    check_unary(unary_model("Celu", {attribute("alpha", 2.0)}),
                [](double x) { return x > 0 ? x : 2 * std::expm1(x / 2); });
    check_unary(unary_model("HardSigmoid", {attribute("alpha", 0.5), attribute("beta", 0.25)}),
                [](double x) { return std::clamp(0.5 * x + 0.25, 0.0, 1.0); });
    check_unary(unary_model("Gelu", {attribute("approximate", "tanh")}), [](double x) {
      return x / 2 * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    });
    check_unary(unary_model("Clip", {attribute("min", -1.0), attribute("max", 2.0)}, 9),
                [](double x) { return std::clamp(x, -1.0, 2.0); });
    CHECK_THROWS_AS(tests::lowered(unary_model("Gelu", {attribute("approximate", "no")})), Error);
    CHECK_THROWS_AS(tests::lowered(unary_model("Elu", {attribute("alpha", "text")})), Error);
  }

  TEST_CASE("the bounds of Clip are inputs from version 11 on, and each may be missing") {
    for (const bool has_min : {false, true}) {
      tests::onnx::Model model(13);
      model.input("x", {-1, 2, 3, 4});
      model.tensor(tests::onnx::floats("least", {}, {-1}));
      model.tensor(tests::onnx::floats("most", {}, {2}));
      model.node("Clip", {"x", has_min ? "least" : "", has_min ? "" : "most"}, {"y"});
      model.node("Flatten", {"y"}, {"logits"}).output("logits");
      check_unary(model.bytes(),
                  [&](double x) { return has_min ? std::max(x, -1.0) : std::min(x, 2.0); });
    }
  }

  TEST_CASE("operators of two operands broadcast, and comparisons give 1 and 0") {
    const std::pair<const char*, std::function<double(double, double)>> kinds[] = {
        {"Add", [](double a, double b) { return a + b; }},
        {"Sub", [](double a, double b) { return a - b; }},
        {"Mul", [](double a, double b) { return a * b; }},
        {"Div", [](double a, double b) { return a / b; }},
        {"Pow", [](double a, double b) { return std::pow(a, b); }},
        {"Max", [](double a, double b) { return std::max(a, b); }},
        {"Min", [](double a, double b) { return std::min(a, b); }},
        {"Sum", [](double a, double b) { return a + b; }},
        {"Mean", [](double a, double b) { return (a + b) / 2; }},
        {"PRelu", [](double a, double b) { return a < 0 ? a * b : a; }},
        {"Less", [](double a, double b) { return a < b; }},
        {"LessOrEqual", [](double a, double b) { return a <= b; }},
        {"Greater", [](double a, double b) { return a > b; }},
        {"GreaterOrEqual", [](double a, double b) { return a >= b; }},
        {"Equal", [](double a, double b) { return a == b; }},
    };
    const Tensor x = elementwise_images();
    for (const auto& [op, f] : kinds) {
      CAPTURE_BOUND(op);
      std::vector<double> expected;
      for (const float value : x.to_vector<float>())
        expected.push_back(
            f(std::abs(static_cast<double>(value)), expected.size() / 12 % 2 ? -1.5 : 0.5));
      CHECK_CLOSE(tests::logits_of(binary_model(op), x), Tensor::from(expected, {2, 24}), 2e-6);
    }
  }

  TEST_CASE("where, not and the logical operators choose between values") {
    tests::onnx::Model model(16);
    model.input("x", {-1, 2, 3, 4});
    model.tensor(tests::onnx::floats("zero", {}, {0}));
    model.tensor(tests::onnx::floats("one", {}, {1}));
    model.node("Less", {"x", "zero"}, {"negative"});
    model.node("Greater", {"x", "one"}, {"large"});
    model.node("Or", {"negative", "large"}, {"outside"});
    model.node("Not", {"outside"}, {"inside"});
    model.node("And", {"inside", "inside"}, {"still"});
    model.node("Xor", {"still", "outside"}, {"always"});
    model.node("Where", {"still", "x", "one"}, {"chosen"});
    model.node("Where", {"always", "chosen", "zero"}, {"y"});
    model.node("Flatten", {"y"}, {"logits"}).output("logits");
    check_unary(model.bytes(), [](double x) { return x < 0 || x > 1 ? 1 : x; });
  }

  TEST_CASE("what an exporter writes apart is one operation again") {
    const auto model = [](auto build) {
      tests::onnx::Model m(13);
      m.input("x", {-1, 2, 3, 4});
      build(m);
      return m.node("Flatten", {"y"}, {"logits"}).output("logits").bytes();
    };
    const std::string silu = model([](auto& m) {
      m.node("Sigmoid", {"x"}, {"s"}).node("Mul", {"s", "x"}, {"y"});
    });
    CHECK(operations_of(tests::lowered(silu)) == "silu reshape");
    check_unary(silu, [](double x) { return x * sigmoid(x); });
    const std::string swish = model([](auto& m) {
      m.node("HardSigmoid", {"x"}, {"s"}, {attribute("alpha", 1.0 / 6)});
      m.node("Mul", {"x", "s"}, {"y"});
    });
    CHECK(operations_of(tests::lowered(swish)) == "hard_swish reshape");
    const std::string gelu = model([](auto& m) {
      m.tensor(tests::onnx::floats("root", {}, {std::sqrt(2.0f)}));
      m.tensor(tests::onnx::floats("one", {}, {1})).tensor(tests::onnx::floats("half", {}, {0.5f}));
      m.node("Div", {"x", "root"}, {"a"})
          .node("Erf", {"a"}, {"b"})
          .node("Add", {"b", "one"}, {"c"});
      m.node("Mul", {"x", "c"}, {"d"}).node("Mul", {"d", "half"}, {"y"});
    });
    CHECK(operations_of(tests::lowered(gelu)) == "gelu reshape");
    check_unary(gelu, [](double x) { return x / 2 * (1 + std::erf(x / std::sqrt(2.0))); });
    // Not of another number, and not where something else reads the gate.
    const std::string other = model([](auto& m) {
      m.node("HardSigmoid", {"x"}, {"s"}, {attribute("alpha", 0.2)});
      m.node("Mul", {"x", "s"}, {"y"});
    });
    CHECK(operations_of(tests::lowered(other)) == "hard_sigmoid mul reshape");
    const std::string read_twice = model([](auto& m) {
      m.node("Sigmoid", {"x"}, {"s"}).node("Mul", {"s", "x"}, {"t"}).node("Add", {"s", "t"}, {"y"});
    });
    CHECK(operations_of(tests::lowered(read_twice)) == "sigmoid mul add reshape");
  }

  TEST_CASE("two transposes that undo each other vanish") {
    const std::string model =
        tests::onnx::Model(13)
            .input("x", {-1, 4, 6, 3})  // channels last, as TensorFlow has them
            .node("Transpose", {"x"}, {"y"}, {list("perm", {0, 3, 1, 2})})
            .node("GlobalAveragePool", {"y"}, {"z"})
            .node("Flatten", {"z"}, {"logits"})
            .output("logits")
            .bytes();
    const auto network = tests::lowered(model);
    CHECK(network.input == nn::InputSize{3, 4, 6});
    CHECK(operations_of(network) == "mean reshape");
    CHECK(network.notes.size() == 1);
  }
}
