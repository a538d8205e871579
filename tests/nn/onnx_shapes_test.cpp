#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

#include "odin/autograd/ops.h"
#include "odin/tensor/random.h"
#include "odin/tests/close_to.h"
#include "odin/tests/nn/onnx_network.h"

// Operators of ONNX that rearrange, and all that does not depend on the images.

using namespace odin;
using autograd::Variable;
using tensor::Shape;
using tensor::Tensor;
using tests::lowered;
using tests::operations_of;
using tests::onnx::attribute;
using tests::onnx::list;
using tests::onnx::Attribute;
using tests::onnx::integer;
using tests::onnx::integers;

namespace {

/// Images [n,4,2,3] whose elements all differ.
Tensor counted_images(std::int64_t n) {
  std::vector<float> values(static_cast<std::size_t>(n * 24));
  std::iota(values.begin(), values.end(), 0.0f);
  return Tensor::from(values, {n, 4, 2, 3});
}

/// A model of images [N,4,2,3], or of `batch` of them, that ends with a Flatten of "y".
template <class F>
std::string shape_model(F&& build, std::int64_t opset = 17, std::int64_t batch = -1) {
  tests::onnx::Model m(opset);
  m.input("x", {batch, 4, 2, 3});
  build(m);
  return m.node("Flatten", {"y"}, {"logits"}).output("logits").bytes();
}

/// Compares with f for one image and for five.
template <class F>
void check_shapes(const std::string& model, F&& f) {
  const auto module = tests::module_of(lowered(model));
  for (const std::int64_t n : {1, 5}) {
    const Variable x(counted_images(n));
    const Tensor expected = f(x).value();
    CHECK_CLOSE(module->forward(x).value(), expected.reshape({n, expected.numel() / n}), 0);
  }
}

}  // namespace

TEST_SUITE("nn onnx") {
  TEST_CASE("reshape, squeeze, unsqueeze, transpose and flatten") {
    check_shapes(shape_model([](auto& m) {
                   m.tensor(integers("shape", {0, 2, -1, 3}));
                   m.node("Reshape", {"x", "shape"}, {"a"});
                   m.node("Transpose", {"a"}, {"y"}, {list("perm", {0, 2, 3, 1})});
                 }),
                 [](const Variable& x) {
                   return autograd::permute(autograd::reshape(x, {x.dim(0), 2, 4, 3}), {0, 2, 3, 1});
                 });
    // Axes as attributes before version 13, as inputs from then on.
    check_shapes(shape_model([](auto& m) {
                   m.node("Unsqueeze", {"x"}, {"a"}, {list("axes", {1, -1})});
                   m.node("Squeeze", {"a"}, {"b"}, {list("axes", {5})});
                   m.node("Transpose", {"b"}, {"t"}, {list("perm", {1, 0, 4, 2, 3})});
                   m.node("Squeeze", {"t"}, {"y"}, {list("axes", {0})});
                 }, 11),
                 [](const Variable& x) { return autograd::permute(x, {0, 3, 1, 2}); });
    check_shapes(shape_model([](auto& m) {
                   m.tensor(integers("axes", {0}));
                   m.node("Unsqueeze", {"x", "axes"}, {"a"}).node("Squeeze", {"a", "axes"}, {"y"});
                 }),
                 [](const Variable& x) { return x; });
  }

  TEST_CASE("slices in all their ages, with negative steps too") {
    check_shapes(shape_model([](auto& m) {
                   m.node("Slice", {"x"}, {"y"},
                          {list("starts", {1, -2}), list("ends", {9, 1000}),
                           list("axes", {1, 3})});
                 }, 9),
                 [](const Variable& x) {
                   return autograd::slice(autograd::slice(x, 1, 1, 4), 3, 1, 3);
                 });
    check_shapes(shape_model([](auto& m) {
                   m.tensor(integers("starts", {0, 3})).tensor(integers("axes", {1, 3}));
                   m.tensor(integers("ends", {std::numeric_limits<std::int64_t>::max(),
                                              std::numeric_limits<std::int64_t>::min()}));
                   m.tensor(integers("steps", {2, -1}));
                   m.node("Slice", {"x", "starts", "ends", "axes", "steps"}, {"y"});
                 }),
                 [](const Variable& x) {
                   return autograd::flip(autograd::slice(x, 1, 0, 4, 2), 3);
                 });
  }

  TEST_CASE("split, concat and gather") {
    const auto swapped = [](const Variable& x) {
      const std::vector parts{autograd::slice(x, 1, 3, 4), autograd::slice(x, 1, 0, 3)};
      return autograd::concat(parts, 1);
    };
    check_shapes(shape_model([](auto& m) {
                   m.node("Split", {"x"}, {"a", "b"},
                          {attribute("axis", 1), list("split", {3, 1})});
                   m.node("Concat", {"b", "a"}, {"y"}, {attribute("axis", -3)});
                 }, 11), swapped);
    check_shapes(shape_model([](auto& m) {
                   m.tensor(integers("sizes", {3, 1}));
                   m.node("Split", {"x", "sizes"}, {"a", "b"}, {attribute("axis", 1)});
                   m.node("Concat", {"b", "a"}, {"y"}, {attribute("axis", 1)});
                 }, 13), swapped);
    check_shapes(shape_model([](auto& m) {
                   m.tensor(integers("order", {-1, 0, 1, 2}));
                   m.node("Gather", {"x", "order"}, {"y"}, {attribute("axis", 1)});
                 }), swapped);
    check_shapes(shape_model([](auto& m) {
                   m.node("Split", {"x"}, {"a", "b"}, {attribute("axis", 1), attribute("num_outputs", 2)});
                   m.tensor(integer("second", 1));
                   m.node("Gather", {"b", "second"}, {"y"}, {attribute("axis", 2)});
                 }, 18),
                 [](const Variable& x) {
                   return autograd::slice(autograd::slice(x, 1, 2, 4), 2, 1, 2);
                 });
  }

  TEST_CASE("padding in all its ages and modes") {
    check_shapes(shape_model([](auto& m) {
                   m.node("Pad", {"x"}, {"y"},
                          {list("pads", {0, 0, 1, 0, 0, 0, 0, 2}), attribute("value", 7.0)});
                 }, 10),
                 [](const Variable& x) {
                   return autograd::pad(x, {0, 0, 1, 0}, {0, 0, 0, 2}, autograd::PadMode::constant, 7);
                 });
    for (const auto& [name, mode] : {std::pair{"reflect", autograd::PadMode::reflect},
                                     std::pair{"edge", autograd::PadMode::edge}})
      check_shapes(shape_model([name = name](auto& m) {
                     m.tensor(integers("pads", {1, 2, 0, 1})).tensor(integers("axes", {2, 3}));
                     m.node("Pad", {"x", "pads", "", "axes"}, {"y"}, {attribute("mode", name)});
                   }, 18),
                   [mode = mode](const Variable& x) {
                     return autograd::pad(x, {0, 0, 1, 2}, {0, 0, 0, 1}, mode);
                   });
  }

  TEST_CASE("expand, tile and concatenation repeat for every image") {
    check_shapes(shape_model([](auto& m) {
                   m.tensor(tests::onnx::floats("token", {1, 4, 1, 3}, std::vector<float>(12, 5)));
                   m.node("Shape", {"x"}, {"s"}).tensor(integers("zero", {0}));
                   m.tensor(integers("rest", {-1, -1, -1})).tensor(integers("ones", {1, 1, 1}));
                   m.node("Gather", {"s", "zero"}, {"n"}).node("Concat", {"n", "ones"}, {"sizes"}, {attribute("axis", 0)});
                   m.node("Expand", {"token", "sizes"}, {"tokens"});
                   m.node("Concat", {"tokens", "x"}, {"y"}, {attribute("axis", 2)});
                 }),
                 [](const Variable& x) {
                   const std::vector parts{Variable(Tensor::full({x.dim(0), 4, 1, 3}, 5)), x};
                   return autograd::concat(parts, 2);
                 });
    check_shapes(shape_model([](auto& m) {
                   m.tensor(integers("times", {1, 1, 2, 1}));
                   m.node("Tile", {"x", "times"}, {"y"});
                 }),
                 [](const Variable& x) {
                   const std::vector parts{x, x};
                   return autograd::concat(parts, 2);
                 });
  }

  TEST_CASE("depth to space in both orders, and back") {
    const auto turned = [](const Variable& x, const Shape& apart, const tensor::Dims& order) {
      return autograd::permute(autograd::reshape(x, apart), order);
    };
    check_shapes(shape_model([](auto& m) {
                   m.node("DepthToSpace", {"x"}, {"y"}, {attribute("blocksize", 2)});
                 }),
                 [&](const Variable& x) {
                   return turned(x, {x.dim(0), 2, 2, 1, 2, 3}, {0, 3, 4, 1, 5, 2});
                 });
    check_shapes(shape_model([](auto& m) {
                   m.node("DepthToSpace", {"x"}, {"y"},
                          {attribute("blocksize", 2), attribute("mode", "CRD")});
                 }),
                 [&](const Variable& x) {
                   return turned(x, {x.dim(0), 1, 2, 2, 2, 3}, {0, 1, 4, 2, 5, 3});
                 });
    check_shapes(shape_model([](auto& m) {
                   m.node("DepthToSpace", {"x"}, {"a"}, {attribute("blocksize", 2)});
                   m.node("SpaceToDepth", {"a"}, {"y"}, {attribute("blocksize", 2)});
                 }),
                 [](const Variable& x) { return x; });
  }

  TEST_CASE("nearest neighbors enlarge and reduce") {
    const auto doubled = [](const Variable& x) {
      const auto twice = [](const Variable& v, int dim, std::vector<std::int64_t> at) {
        const auto count = std::ssize(at);
        return autograd::gather(v, dim, Tensor::from(at, {count}));
      };
      return twice(twice(x, 2, {0, 0, 1, 1}), 3, {0, 0, 1, 1, 2, 2});
    };
    check_shapes(shape_model([](auto& m) {
                   m.tensor(tests::onnx::floats("scales", {4}, {1, 1, 2, 2}));
                   m.node("Upsample", {"x", "scales"}, {"y"});
                 }, 9), doubled);
    check_shapes(shape_model([](auto& m) {
                   m.tensor(tests::onnx::floats("scales", {4}, {1, 1, 2, 2}));
                   m.node("Resize", {"x", "", "scales"}, {"y"},
                          {attribute("coordinate_transformation_mode", "asymmetric"),
                           attribute("nearest_mode", "floor")});
                 }, 13), doubled);
    CHECK_THROWS_WITH_AS(lowered(shape_model([](auto& m) {
                           m.tensor(tests::onnx::floats("scales", {4}, {1, 1, 2, 2}));
                           m.node("Resize", {"x", "", "scales"}, {"y"}, {attribute("mode", "cubic")});
                         })),
                         doctest::Contains("node 'node_y' (Resize): mode 'cubic'"), Error);
  }

  TEST_CASE("linear interpolation lies between neighbors") {
    // Rows twice as many (half pixels: 0, 1/4, 3/4, 1 of the way), columns from corner to corner.
    const auto model = [](const char* coordinates, std::vector<float> scales) {
      return shape_model([&](auto& m) {
        m.tensor(tests::onnx::floats("scales", {4}, scales));
        m.node("Resize", {"x", "", "scales"}, {"y"},
               {attribute("mode", "linear"),
                attribute("coordinate_transformation_mode", coordinates)});
      }, 13);
    };
    const auto between = [](const Variable& x, int dim, std::int64_t size, double at) {
      const auto below = std::min(static_cast<std::int64_t>(at), size - 2);
      const double above = at - static_cast<double>(below);
      return autograd::add(autograd::affine(autograd::slice(x, dim, below, below + 1), 1 - above, 0),
                           autograd::affine(autograd::slice(x, dim, below + 1, below + 2), above, 0));
    };
    check_shapes(model("half_pixel", {1, 1, 2, 1}), [&](const Variable& x) {
      const std::vector rows{between(x, 2, 2, 0), between(x, 2, 2, 0.25), between(x, 2, 2, 0.75),
                             between(x, 2, 2, 1)};
      return autograd::concat(rows, 2);
    });
    check_shapes(model("align_corners", {1, 1, 1, 1.7f}), [&](const Variable& x) {
      const std::vector columns{between(x, 3, 3, 0), between(x, 3, 3, 0.5), between(x, 3, 3, 1),
                                between(x, 3, 3, 1.5), between(x, 3, 3, 2)};
      return autograd::concat(columns, 3);
    });
  }

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

  TEST_CASE("constants of all kinds are computed at once") {
    const std::string model = shape_model([](auto& m) {
      m.node("Constant", {}, {"c"}, {attribute("value_float", 2.0)});
      m.node("Constant", {}, {"list"}, {list("value_ints", {2, 3})});
      m.node("ConstantOfShape", {"list"}, {"ones"},
             {attribute("value", tests::onnx::floats("", {1}, {1}))});
      m.tensor(integer("zero", 0)).tensor(integer("six", 6)).tensor(integer("one", 1));
      m.node("Range", {"zero", "six", "one"}, {"range"});
      m.node("Reshape", {"range", "list"}, {"grid"}).node("Cast", {"grid"}, {"floats"}, {attribute("to", 1)});
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
      m.tensor(tests::onnx::raw_tensor("i", {1, 1}, tests::onnx::kInt64, tests::onnx::bytes_of(std::vector<std::int64_t>{1})));
      m.tensor(tests::onnx::raw_tensor("j", {1, 2}, tests::onnx::kInt64, tests::onnx::bytes_of(std::vector<std::int64_t>{0, -1})));
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
    for (const char* wrong : {"bcij,bcij", "bcii,bcij->bc", "bcij->bc", "b...,b...->b", "bcij,bckl->bcz",
                              "bcij,bdkl->bcd", "bci,bcj->bcij"})
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
        m.tensor(tests::onnx::raw_tensor("c", {}, tests::onnx::kBool, condition ? "\1" : std::string(1, '\0')));
        tests::onnx::Message node = tests::onnx::Model::node_message("If", {"c"}, {"y"});
        node.message(5, tests::onnx::Message().text(1, "then_branch").message(6, branch("Relu", "t")));
        node.message(5, tests::onnx::Message().text(1, "else_branch").message(6, branch("Neg", "e")));
        m.graph().message(1, node);
      });
      check_shapes(model, [&](const Variable& x) {
        return condition ? autograd::relu(x) : autograd::neg(x);
      });
    }
  }

  TEST_CASE("a model exported for one image takes any number of them") {
    const std::string model = shape_model([](auto& m) {
      m.tensor(integers("apart", {1, 2, 2, 6})).tensor(integers("rows", {1, -1}));
      m.tensor(tests::onnx::floats("token", {1, 2}, {1, 2}));
      m.node("Reshape", {"x", "apart"}, {"a"}).node("Reshape", {"a", "rows"}, {"b"});
      m.node("Concat", {"token", "b"}, {"y"}, {attribute("axis", 1)});
    }, 17, 1);
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
