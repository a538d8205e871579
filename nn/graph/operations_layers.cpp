#include "odin/autograd/ops/conv.h"
#include "odin/autograd/ops/layer_norm.h"
#include "odin/autograd/ops/matmul.h"
#include "odin/autograd/ops/norm.h"
#include "odin/autograd/ops/pool.h"
#include "odin/nn/graph/operation_families.h"

namespace odin::nn::graph {
namespace {

void check_rank(const char* what, const Shape& shape, int rank) {
  require(shape.rank() == rank, "expected ", what, " of ", rank, " dimensions, got ", shape);
}

/// A vector with one number for each of `count` channels or features.
void check_vector(const char* what, const Shape& shape, std::int64_t count) {
  require(shape == Shape{count}, "expected ", what, " of shape [", count, "], got ", shape);
}

Variable optional_input(Inputs x, std::size_t i) { return i < x.size() ? x[i] : Variable(); }

/// [x, weight, bias?]: x [N,C,H,W], weight [O,C/groups,KH,KW], bias [O].
Operation conv2d(AttributeReader& a) {
  const tensor::Conv2dParams p{.stride = a.size("stride", 1),
                               .padding = a.padding("padding"),
                               .dilation = a.size("dilation", 1),
                               .groups = a.integer("groups", 1)};
  const auto shape = [p](Shapes x, std::int64_t) -> Shape {
    check_rank("an input", x[0], 4);
    check_rank("a weight", x[1], 4);
    const std::int64_t in = x[0][1], out = x[1][0];
    require(p.groups >= 1 && in % p.groups == 0 && out % p.groups == 0, "expected groups that ", in,
            " input and ", out, " output channels can be split into, got ", p.groups);
    require(in / p.groups == x[1][1], "the input has ", in, " channels, the weight expects ",
            x[1][1] * p.groups, " (input ", x[0], ", weight ", x[1], ", groups ", p.groups, ")");
    require(out > 0 && in > 0 && x[1][2] > 0 && x[1][3] > 0, "the weight ", x[1], " is empty");
    if (x.size() > 2) check_vector("a bias", x[2], out);
    const tensor::Size2d kernel{x[1][2], x[1][3]}, extent = p.extent(kernel);
    require(x[0][2] + p.padding.top + p.padding.bottom >= extent.h &&
                x[0][3] + p.padding.left + p.padding.right >= extent.w,
            "the kernel ", x[1], " does not fit into the padded input ", x[0]);
    const tensor::Size2d size = p.out_size({x[0][2], x[0][3]}, kernel);
    return {x[0][0], out, size.h, size.w};
  };
  return {
      .shape = shape,
      .run = [p](Inputs x,
                 std::int64_t) { return autograd::conv2d(x[0], x[1], p, optional_input(x, 2)); },
      .multiply_adds =
          [shape](Shapes x) { return numel(shape(x, x[0][0])) * (numel(x[1]) / x[1][0]); },
      .convolution = p};
}

/// Sums and products of attributes and sizes stay far from overflow: AttributeReader bounds them.
tensor::Pool2dParams pool_params(AttributeReader& a) {
  const tensor::Size2d kernel = a.size("kernel");
  return {.kernel = kernel,
          .stride = a.size("stride", 1),
          .padding = a.padding("padding"),
          .dilation = a.size("dilation", 1),
          .ceil = a.flag("ceil", false),
          .count_padding = a.flag("count_padding", false)};
}

Shape pooled(const tensor::Pool2dParams& p, const Shape& x) {
  check_rank("an input", x, 4);
  const auto fits = [](std::int64_t in, std::int64_t kernel, std::int64_t dilation,
                       std::int64_t before, std::int64_t after) {
    const std::int64_t extent = (kernel - 1) * dilation + 1;
    return in > 0 && before < extent && after < extent && in + before + after >= extent;
  };
  require(fits(x[2], p.kernel.h, p.dilation.h, p.padding.top, p.padding.bottom) &&
              fits(x[3], p.kernel.w, p.dilation.w, p.padding.left, p.padding.right),
          "a window of ", p.kernel, " with padding ", p.padding, " does not fit into the input ",
          x);
  const tensor::Size2d size = p.out_size({x[2], x[3]});
  return {x[0], x[1], size.h, size.w};
}

Operation max_pool2d(AttributeReader& a) {
  const tensor::Pool2dParams p = pool_params(a);
  return {.shape = [p](Shapes x, std::int64_t) { return pooled(p, x[0]); },
          .run = [p](Inputs x, std::int64_t) { return autograd::max_pool2d(x[0], p); }};
}

Operation avg_pool2d(AttributeReader& a) {
  const tensor::Pool2dParams p = pool_params(a);
  require(p.dilation == tensor::Size2d(1), "an average has no dilation");
  return {.shape = [p](Shapes x, std::int64_t) { return pooled(p, x[0]); },
          .run = [p](Inputs x, std::int64_t) { return autograd::avg_pool2d(x[0], p); }};
}

/// [x, scale, bias, mean, var]: x [N,C,H,W], the others [C].
Operation batch_norm(AttributeReader& a) {
  const double epsilon = a.number("epsilon", 1e-5);
  return {.shape =
              [](Shapes x, std::int64_t) {
                check_rank("an input", x[0], 4);
                for (std::size_t i = 1; i < 5; ++i)
                  check_vector("scale, bias, mean and variance", x[i], x[0][1]);
                return x[0];
              },
          .run =
              [epsilon](Inputs x, std::int64_t) {
                require(!x[3].requires_grad() && !x[4].requires_grad(),
                        "mean and variance depend on the picture: no gradient goes through them");
                return autograd::batch_norm(x[0], x[1], x[2], {x[3].value(), x[4].value()},
                                            {.epsilon = epsilon});
              },
          .norm_epsilon = epsilon};
}

/// [x, weight, bias]: normalizes over the last dimensions, those that weight and bias have.
Operation layer_norm(AttributeReader& a) {
  return {.shape =
              [](Shapes x, std::int64_t) {
                const int count = x[1].rank();
                bool fits = count >= 1 && count <= x[0].rank() && x[2] == x[1];
                for (int i = 1; fits && i <= count; ++i) fits = x[1][-i] == x[0][-i];
                require(fits, "expected weight and bias of the last sizes of ", x[0], ", got ",
                        x[1], " and ", x[2]);
                return x[0];
              },
          .run =
              [epsilon = a.number("epsilon", 1e-5)](Inputs x, std::int64_t) {
                return autograd::layer_norm(x[0], x[1].rank(), x[1], x[2], epsilon);
              }};
}

/// [x, weight, bias]: x [N,C,...], the others [C].
Operation group_norm(AttributeReader& a) {
  const std::int64_t groups = a.integer("groups");
  return {.shape =
              [groups](Shapes x, std::int64_t) {
                require(x[0].rank() >= 3 && groups >= 1 && x[0][1] % groups == 0, "expected ",
                        groups, " groups of channels in ", x[0]);
                check_vector("a weight", x[1], x[0][1]);
                check_vector("a bias", x[2], x[0][1]);
                return x[0];
              },
          .run =
              [groups, epsilon = a.number("epsilon", 1e-5)](Inputs x, std::int64_t) {
                return autograd::group_norm(x[0], groups, x[1], x[2], epsilon);
              }};
}

/// [x, weight, bias?]: x [...,in], weight [out,in], bias [out] -> [...,out].
Operation linear(AttributeReader&) {
  return {.shape =
              [](Shapes x, std::int64_t) {
                check_rank("a weight", x[1], 2);
                require(x[0].rank() >= 1 && x[0][-1] == x[1][1], "expected an input [...,", x[1][1],
                        "] for the weight ", x[1], ", got ", x[0]);
                if (x.size() > 2) check_vector("a bias", x[2], x[1][0]);
                Shape shape = x[0];
                shape[-1] = x[1][0];
                return shape;
              },
          .run = [](Inputs x,
                    std::int64_t) { return autograd::linear(x[0], x[1], optional_input(x, 2)); },
          .multiply_adds = [](Shapes x) { return numel(x[0]) * x[1][0]; }};
}

Shape product_shape(Shapes x, std::int64_t) {
  const Shape &a = x[0], &b = x[1];
  require(a.rank() >= 2 && b.rank() >= 2 && a[-1] == b[-2],
          "expected matrices [...,m,k] and [...,k,n], got ", a, " and ", b);
  Shape outer_a = a, outer_b = b;
  for (Shape* outer : {&outer_a, &outer_b})
    for (int i = 0; i < 2; ++i) outer->erase(outer->rank() - 1);
  Shape shape = tensor::broadcast_shapes("matrices", outer_a, outer_b);
  shape.push_back(a[-2]);
  shape.push_back(b[-1]);
  return shape;
}

/// [a, b]: a [...,m,k], b [...,k,n] -> [...,m,n]; the sizes before broadcast.
Operation matmul(AttributeReader&) {
  return {.shape = product_shape,
          .run = [](Inputs x, std::int64_t) { return autograd::matmul(x[0], x[1]); },
          .multiply_adds = [](Shapes x) { return numel(product_shape(x, 1)) * x[0][-1]; }};
}

}  // namespace

std::span<const OperationEntry> layer_operations() {
  static constexpr OperationEntry kEntries[] = {
      {"conv2d", 2, 3, conv2d},         {"linear", 2, 3, linear},
      {"matmul", 2, 2, matmul},         {"max_pool2d", 1, 1, max_pool2d},
      {"avg_pool2d", 1, 1, avg_pool2d}, {"batch_norm", 5, 5, batch_norm},
      {"layer_norm", 3, 3, layer_norm}, {"group_norm", 3, 3, group_norm},
  };
  return kEntries;
}

}  // namespace odin::nn::graph
