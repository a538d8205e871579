#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

#include "odin/autograd/ops.h"
#include "odin/tests/nn/onnx_shapes.h"

// Values of ONNX models that do not depend on the images, and models for a single one.

using namespace odin;
using autograd::Variable;
using tensor::Shape;
using tensor::Tensor;
using tests::check_shapes;
using tests::lowered;
using tests::operations_of;
using tests::shape_model;
using tests::onnx::attribute;
using tests::onnx::Attribute;
using tests::onnx::integer;
using tests::onnx::integers;
using tests::onnx::list;

TEST_SUITE("nn onnx") {
  TEST_CASE("sizes that are worked out from the images' shape are constants") {
    // x.view(n, 2, c / 2, -1).transpose(1, 2).view(n, c, h, w), as PyTorch exports it.
    const std::string model = shape_model([](auto& m) {
      m.node("Shape", {"x"}, {"s"});
      for (const int i : {0, 1, 2, 3}) {
        const std::string n = std::to_string(i);
        m.tensor(integer("i" + n, i)).node("Gather", {"s", "i" + n}, {"d" + n});
        m.tensor(integers("axis" + n, {0})).node("Unsqueeze", {"d" + n, "axis" + n}, {"u" + n});
      }
      m.tensor(integer("two", 2)).tensor(integers("pair", {2})).tensor(integers("rest", {-1}));
      m.node("Div", {"d1", "two"}, {"half"}).node("Cast", {"half"}, {"cast"}, {attribute("to", 7)});
      m.node("Unsqueeze", {"cast", "axis0"}, {"halves"});
      m.node("Concat", {"u0", "pair", "halves", "rest"}, {"apart"}, {attribute("axis", 0)});
      m.node("Reshape", {"x", "apart"}, {"a"});
      m.node("Transpose", {"a"}, {"b"}, {list("perm", {0, 2, 1, 3})});
      m.node("Concat", {"u0", "u1", "u2", "u3"}, {"together"}, {attribute("axis", 0)});
      m.node("Reshape", {"b", "together"}, {"y"});
    });
    CHECK(operations_of(lowered(model)) == "reshape transpose reshape reshape");
    check_shapes(model, [](const Variable& x) {
      return autograd::permute(autograd::reshape(x, {x.dim(0), 2, 2, 6}), {0, 2, 1, 3});
    });
  }

  TEST_CASE("names that are no text do not get into the model file") {
    const std::string model = shape_model([](auto& m) {
      m.tensor(tests::onnx::floats("\xff\n", {1}, {2})).node("Mul", {"x", "\xff\n"}, {"\x1b[0m"});
      m.node("Relu", {"\x1b[0m"}, {"y"});
    });
    const std::string text = to_json(lowered(model).graph);
    CHECK(tests::contains(text, "\"??\""));
    CHECK(tests::contains(text, "?[0m"));
  }

  TEST_CASE("constants of all kinds are computed at once") {
    const std::string model = shape_model([](auto& m) {
      m.node("Constant", {}, {"c"}, {attribute("value_float", 2.0)});
      m.node("Constant", {}, {"list"}, {list("value_ints", {2, 3})});
      m.node("ConstantOfShape", {"list"}, {"ones"},
             {attribute("value", tests::onnx::floats("", {1}, {1}))});
      m.tensor(integer("zero", 0)).tensor(integer("six", 6)).tensor(integer("one", 1));
      m.node("Range", {"zero", "six", "one"}, {"range"});
      m.node("Reshape", {"range", "list"}, {"grid"})
          .node("Cast", {"grid"}, {"floats"}, {attribute("to", 1)});
      m.node("Mul", {"floats", "c"}, {"doubled"}).node("Add", {"doubled", "ones"}, {"sum"});
      m.node("Add", {"x", "sum"}, {"y"});
    });
    const auto network = lowered(model);
    CHECK(operations_of(network) == "add reshape");
    CHECK(network.tensors.size() == 1);
    check_shapes(model, [](const Variable& x) {
      return autograd::add(x, Variable(Tensor::from({1, 3, 5, 7, 9, 11}, {2, 3})));
    });
  }

  TEST_CASE("parts of constants are replaced") {
    const std::string model = shape_model([](auto& m) {
      m.tensor(tests::onnx::floats("c", {2, 3}, {0, 1, 2, 3, 4, 5}));
      m.tensor(tests::onnx::floats("rows", {1, 3}, {7, 8, 9}));
      m.tensor(tests::onnx::floats("one", {1}, {-1}));
      m.tensor(tests::onnx::raw_tensor("i", {1, 1}, tests::onnx::kInt64,
                                       tests::onnx::bytes_of(std::vector<std::int64_t>{1})));
      m.tensor(tests::onnx::raw_tensor("j", {1, 2}, tests::onnx::kInt64,
                                       tests::onnx::bytes_of(std::vector<std::int64_t>{0, -1})));
      m.node("ScatterND", {"c", "i", "rows"}, {"d"}).node("ScatterND", {"d", "j", "one"}, {"e"});
      m.node("Add", {"x", "e"}, {"y"});
    });
    check_shapes(model, [](const Variable& x) {
      return autograd::add(x, Variable(Tensor::from({0, 1, -1, 7, 8, 9}, {2, 3})));
    });
  }

  TEST_CASE("Einstein sums of two operands are products of matrices") {
    const auto model = [](const char* equation) {
      return shape_model([&](auto& m) {
        m.node("Einsum", {"x", "x"}, {"y"}, {attribute("equation", equation)});
      });
    };
    const auto turned = [](const Variable& x) { return autograd::permute(x, {0, 1, 3, 2}); };
    check_shapes(model("bcid,bcjd->bcij"),
                 [&](const Variable& x) { return autograd::matmul(x, turned(x)); });
    check_shapes(model("B C I D, B C I E -> B C E D"),
                 [&](const Variable& x) { return turned(autograd::matmul(turned(x), x)); });
    check_shapes(model("bcij,bdij->bcd"), [](const Variable& x) {
      const Variable rows = autograd::reshape(x, {x.dim(0), 4, 6});
      return autograd::matmul(rows, autograd::permute(rows, {0, 2, 1}));
    });
    for (const char* wrong : {"bcij,bcij", "bcii,bcij->bc", "bcij->bc", "b...,b...->b",
                              "bcij,bckl->bcz", "bcij,bdkl->bcd", "bci,bcj->bcij"})
      CHECK_THROWS_AS(lowered(model(wrong)), Error);
  }

  TEST_CASE("a condition that is known chooses its branch") {
    for (const bool condition : {false, true}) {
      const auto branch = [](const char* op, const char* output) {
        tests::onnx::Message graph;
        graph.message(1, tests::onnx::Model::node_message(op, {"x"}, {output}));
        return graph.message(12, tests::onnx::Message().text(1, output));
      };
      const std::string model = shape_model([&](auto& m) {
        m.tensor(tests::onnx::raw_tensor("c", {}, tests::onnx::kBool,
                                         condition ? "\1" : std::string(1, '\0')));
        tests::onnx::Message node = tests::onnx::Model::node_message("If", {"c"}, {"y"});
        node.message(5,
                     tests::onnx::Message().text(1, "then_branch").message(6, branch("Relu", "t")));
        node.message(5,
                     tests::onnx::Message().text(1, "else_branch").message(6, branch("Neg", "e")));
        m.graph().message(1, node);
      });
      check_shapes(model, [&](const Variable& x) {
        return condition ? autograd::relu(x) : autograd::neg(x);
      });
    }
  }

  TEST_CASE("a model exported for one image takes any number of them") {
    const std::string model = shape_model(
        [](auto& m) {
          m.tensor(integers("apart", {1, 2, 2, 6})).tensor(integers("rows", {1, -1}));
          m.tensor(tests::onnx::floats("token", {1, 2}, {1, 2}));
          m.node("Reshape", {"x", "apart"}, {"a"}).node("Reshape", {"a", "rows"}, {"b"});
          m.node("Concat", {"token", "b"}, {"y"}, {attribute("axis", 1)});
        },
        17, 1);
    CHECK(lowered(model).notes.size() == 1);
    check_shapes(model, [](const Variable& x) {
      const std::vector parts{
          autograd::expand(Variable(Tensor::from({1, 2}, {1, 2})), {x.dim(0), 2}),
          autograd::reshape(x, {x.dim(0), 24})};
      return autograd::concat(parts, 1);
    });
  }

  TEST_CASE("a softmax at the end is left out with a note") {
    for (const char* op : {"Softmax", "LogSoftmax"}) {
      const std::string model = tests::onnx::Model(13)
                                    .input("x", {-1, 4, 2, 3})
                                    .node("GlobalAveragePool", {"x"}, {"a"})
                                    .node("Flatten", {"a"}, {"b"})
                                    .node(op, {"b"}, {"p"})
                                    .node("Identity", {"p"}, {"y"})
                                    .output("y")
                                    .bytes();
      const auto network = lowered(model);
      CHECK(operations_of(network) == "mean reshape");
      REQUIRE(network.notes.size() == 1);
      CHECK(tests::contains(network.notes[0], "softmax at the end is left out"));
    }
  }
}
