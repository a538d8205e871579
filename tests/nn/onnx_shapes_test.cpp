#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

#include "odin/autograd/ops.h"
#include "odin/tests/nn/onnx_shapes.h"

// Operators of ONNX that rearrange.

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
  TEST_CASE("reshape, squeeze, unsqueeze, transpose and flatten") {
    check_shapes(
        shape_model([](auto& m) {
          m.tensor(integers("shape", {0, 2, -1, 3}));
          m.node("Reshape", {"x", "shape"}, {"a"});
          m.node("Transpose", {"a"}, {"y"}, {list("perm", {0, 2, 3, 1})});
        }),
        [](const Variable& x) {
          return autograd::permute(autograd::reshape(x, {x.dim(0), 2, 4, 3}), {0, 2, 3, 1});
        });
    // Axes as attributes before version 13, as inputs from then on.
    check_shapes(shape_model(
                     [](auto& m) {
                       m.node("Unsqueeze", {"x"}, {"a"}, {list("axes", {1, -1})});
                       m.node("Squeeze", {"a"}, {"b"}, {list("axes", {5})});
                       m.node("Transpose", {"b"}, {"t"}, {list("perm", {1, 0, 4, 2, 3})});
                       m.node("Squeeze", {"t"}, {"y"}, {list("axes", {0})});
                     },
                     11),
                 [](const Variable& x) {
                   return autograd::permute(x, {0, 3, 1, 2});
                 });
    check_shapes(shape_model([](auto& m) {
                   m.tensor(integers("axes", {0}));
                   m.node("Unsqueeze", {"x", "axes"}, {"a"}).node("Squeeze", {"a", "axes"}, {"y"});
                 }),
                 [](const Variable& x) { return x; });
  }

  TEST_CASE("slices in all their ages, with negative steps too") {
    check_shapes(
        shape_model(
            [](auto& m) {
              m.node("Slice", {"x"}, {"y"},
                     {list("starts", {1, -2}), list("ends", {9, 1000}), list("axes", {1, 3})});
            },
            9),
        [](const Variable& x) { return autograd::slice(autograd::slice(x, 1, 1, 4), 3, 1, 3); });
    check_shapes(
        shape_model([](auto& m) {
          m.tensor(integers("starts", {0, 3})).tensor(integers("axes", {1, 3}));
          m.tensor(integers("ends", {std::numeric_limits<std::int64_t>::max(),
                                     std::numeric_limits<std::int64_t>::min()}));
          m.tensor(integers("steps", {2, -1}));
          m.node("Slice", {"x", "starts", "ends", "axes", "steps"}, {"y"});
        }),
        [](const Variable& x) { return autograd::flip(autograd::slice(x, 1, 0, 4, 2), 3); });
  }

  TEST_CASE("split, concat and gather") {
    const auto swapped = [](const Variable& x) {
      const std::vector parts{autograd::slice(x, 1, 3, 4), autograd::slice(x, 1, 0, 3)};
      return autograd::concat(parts, 1);
    };
    check_shapes(
        shape_model(
            [](auto& m) {
              m.node("Split", {"x"}, {"a", "b"}, {attribute("axis", 1), list("split", {3, 1})});
              m.node("Concat", {"b", "a"}, {"y"}, {attribute("axis", -3)});
            },
            11),
        swapped);
    check_shapes(shape_model(
                     [](auto& m) {
                       m.tensor(integers("sizes", {3, 1}));
                       m.node("Split", {"x", "sizes"}, {"a", "b"}, {attribute("axis", 1)});
                       m.node("Concat", {"b", "a"}, {"y"}, {attribute("axis", 1)});
                     },
                     13),
                 swapped);
    check_shapes(shape_model([](auto& m) {
                   m.tensor(integers("order", {-1, 0, 1, 2}));
                   m.node("Gather", {"x", "order"}, {"y"}, {attribute("axis", 1)});
                 }),
                 swapped);
    check_shapes(
        shape_model(
            [](auto& m) {
              m.node("Split", {"x"}, {"a", "b"},
                     {attribute("axis", 1), attribute("num_outputs", 2)});
              m.tensor(integer("second", 1));
              m.node("Gather", {"b", "second"}, {"y"}, {attribute("axis", 2)});
            },
            18),
        [](const Variable& x) { return autograd::slice(autograd::slice(x, 1, 2, 4), 2, 1, 2); });
  }

  TEST_CASE("padding in all its ages and modes") {
    check_shapes(
        shape_model(
            [](auto& m) {
              m.node("Pad", {"x"}, {"y"},
                     {list("pads", {0, 0, 1, 0, 0, 0, 0, 2}), attribute("value", 7.0)});
            },
            10),
        [](const Variable& x) {
          return autograd::pad(x, {0, 0, 1, 0}, {0, 0, 0, 2}, autograd::PadMode::constant, 7);
        });
    for (const auto& [name, mode] : {std::pair{"reflect", autograd::PadMode::reflect},
                                     std::pair{"edge", autograd::PadMode::edge}})
      check_shapes(shape_model(
                       [name = name](auto& m) {
                         m.tensor(integers("pads", {1, 2, 0, 1})).tensor(integers("axes", {2, 3}));
                         m.node("Pad", {"x", "pads", "", "axes"}, {"y"}, {attribute("mode", name)});
                       },
                       18),
                   [mode = mode](const Variable& x) {
                     return autograd::pad(x, {0, 0, 1, 2}, {0, 0, 0, 1}, mode);
                   });
  }

  TEST_CASE("expand, tile and concatenation repeat for every image") {
    check_shapes(shape_model([](auto& m) {
                   m.tensor(tests::onnx::floats("token", {1, 4, 1, 3}, std::vector<float>(12, 5)));
                   m.node("Shape", {"x"}, {"s"}).tensor(integers("zero", {0}));
                   m.tensor(integers("rest", {-1, -1, -1})).tensor(integers("ones", {1, 1, 1}));
                   m.node("Gather", {"s", "zero"}, {"n"})
                       .node("Concat", {"n", "ones"}, {"sizes"}, {attribute("axis", 0)});
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
    check_shapes(shape_model(
                     [](auto& m) {
                       m.tensor(tests::onnx::floats("scales", {4}, {1, 1, 2, 2}));
                       m.node("Upsample", {"x", "scales"}, {"y"});
                     },
                     9),
                 doubled);
    check_shapes(shape_model(
                     [](auto& m) {
                       m.tensor(tests::onnx::floats("scales", {4}, {1, 1, 2, 2}));
                       m.node("Resize", {"x", "", "scales"}, {"y"},
                              {attribute("coordinate_transformation_mode", "asymmetric"),
                               attribute("nearest_mode", "floor")});
                     },
                     13),
                 doubled);
    CHECK_THROWS_WITH_AS(
        lowered(shape_model([](auto& m) {
          m.tensor(tests::onnx::floats("scales", {4}, {1, 1, 2, 2}));
          m.node("Resize", {"x", "", "scales"}, {"y"}, {attribute("mode", "quintic")});
        })),
        doctest::Contains("node 'node_y' (Resize): mode 'quintic'"), Error);
  }

  TEST_CASE("linear interpolation lies between neighbors") {
    // Rows twice as many (half pixels: 0, 1/4, 3/4, 1 of the way), columns from corner to corner.
    const auto model = [](const char* coordinates, std::vector<float> scales) {
      return shape_model(
          [&](auto& m) {
            m.tensor(tests::onnx::floats("scales", {4}, scales));
            m.node("Resize", {"x", "", "scales"}, {"y"},
                   {attribute("mode", "linear"),
                    attribute("coordinate_transformation_mode", coordinates)});
          },
          13);
    };
    const auto between = [](const Variable& x, int dim, std::int64_t size, double at) {
      const auto below = std::min(static_cast<std::int64_t>(at), size - 2);
      const double above = at - static_cast<double>(below);
      return autograd::add(
          autograd::affine(autograd::slice(x, dim, below, below + 1), 1 - above, 0),
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

  TEST_CASE(
      "cubic interpolation uses four neighbors, those outside being at the border or left out") {
    // Twice as many columns of 3, at -1/4, 1/4, 3/4, ...: Keys' weights with a = -3/4.
    const double w[] = {-0.03515625, 0.26171875, 0.87890625, -0.10546875};
    const auto model = [](int exclude_outside, bool by_axis) {
      return shape_model(
          [&](auto& m) {
            std::vector<tests::onnx::Attribute> all{attribute("mode", "cubic"),
                                                    attribute("exclude_outside", exclude_outside)};
            if (by_axis) all.push_back(list("axes", {-1}));
            m.tensor(tests::onnx::floats(
                "scales", {by_axis ? 1 : 4},
                by_axis ? std::vector<float>{2} : std::vector<float>{1, 1, 1, 2}));
            m.node("Resize", {"x", "", "scales"}, {"y"}, all);
          },
          18);
    };
    const auto column = [&](const Variable& x, std::int64_t first, bool mirrored, bool inside) {
      double all = 0;
      std::array<double, 3> weights{};
      for (std::int64_t k = 0; k < 4; ++k) {
        const std::int64_t at = first + k;
        const double weight = w[mirrored ? 3 - k : k];
        if (inside && (at < 0 || at > 2)) continue;
        weights[static_cast<std::size_t>(std::clamp<std::int64_t>(at, 0, 2))] += weight;
        all += weight;
      }
      Variable sum;
      for (std::int64_t i = 0; i < 3; ++i) {
        const Variable part = autograd::affine(autograd::slice(x, 3, i, i + 1),
                                               weights[static_cast<std::size_t>(i)] / all, 0);
        sum = sum.defined() ? autograd::add(sum, part) : part;
      }
      return sum;
    };
    for (const bool inside : {false, true})
      for (const bool by_axis : {false, true})
        check_shapes(
            model(inside, by_axis),
            [&](const Variable& x) {
              std::vector<Variable> columns;
              for (std::int64_t i = 0; i < 3; ++i) {
                columns.push_back(column(x, i - 2, false, inside));  // a quarter before pixel i
                columns.push_back(column(x, i - 1, true, inside));   // a quarter behind it
              }
              return autograd::concat(columns, 3);
            },
            1e-6);
    CHECK_THROWS_WITH_AS(lowered(shape_model(
                             [](auto& m) {
                               m.tensor(tests::onnx::floats("scales", {2}, {2, 2}));
                               m.node("Resize", {"x", "", "scales"}, {"y"}, {list("axes", {-1})});
                             },
                             18)),
                         doctest::Contains("one scale or size for each of 1 dimensions"), Error);
  }
}
