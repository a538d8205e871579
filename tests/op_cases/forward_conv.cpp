#include <array>
#include <sstream>

#include "odin/tensor/ops/concat.h"
#include "odin/tensor/ops/conv.h"
#include "odin/tensor/ops/elementwise.h"
#include "odin/tests/op_cases/families.h"

// Convolutions whose results no gradient goes through, where other algorithms are used.

namespace odin::tests {
namespace {

/// Inputs and weights are of this size, their sums a few times as large: as op_cases.
constexpr double kTolerance = 2e-6;

/// A depthwise convolution behind a 1x1 one.
void add_pairs(std::vector<TensorCase>& cases) {
  using tensor::Activation;
  struct Case {
    Shape x, wide, w;
    Conv2dParams p;
    Activation first, second;
  };
  const std::vector<Case> shapes{
      {{2, 3, 5, 7}, {4, 3, 1, 1}, {4, 1, 3, 3}, {.padding = 1}, Activation::clip(0, 6), {}},
      {{1, 1, 6, 5},
       {3, 1, 1, 1},
       {3, 1, 3, 3},
       {.stride = 2, .padding = 1},
       Activation::relu(),
       Activation::relu()},
      {{2, 2, 6, 5},
       {5, 2, 1, 1},
       {5, 1, 5, 3},
       {.stride = {1, 2}, .padding = {2, 0, 1, 1}},
       Activation::hard_swish(),
       Activation::silu()},
      {{3, 5, 9, 7}, {13, 5, 1, 1}, {13, 1, 3, 3}, {.padding = 1}, {}, Activation::relu()},
      {{1, 24, 19, 33},
       {30, 24, 1, 1},
       {30, 1, 3, 3},
       {.stride = 2, .padding = 1},
       Activation::clip(0, 6),
       Activation::clip(0, 6)},
      {{1, 200, 7, 7},
       {97, 200, 1, 1},
       {97, 1, 5, 5},
       {.padding = 2},
       Activation::relu(),
       {}},  // deeper than a piece, shared by channels
      {{2, 9, 16, 12},
       {14, 9, 1, 1},
       {14, 1, 3, 3},
       {.stride = 2, .padding = 1},
       Activation::clip(0, 6),
       {}},  // whole tiles: read in place
      {{1, 16, 70, 50},
       {26, 16, 1, 1},
       {26, 1, 3, 3},
       {.padding = 2, .dilation = 2},
       Activation::relu(),
       {}},  // several bands
  };
  for (const Case& c : shapes) {
    Conv2dParams p = c.p;
    p.groups = c.w[0];
    std::ostringstream name;
    name << "conv2d_pair " << c.x << " with " << c.wide << " and " << c.w << ", stride " << p.stride
         << ", padding " << p.padding;
    cases.push_back({name.str(),
                     {c.x, c.wide, {c.wide[0]}, c.w, {c.w[0]}},
                     [=](const std::vector<Tensor>& t) {
                       return tensor::conv2d_pair(t[0], {t[1], t[2], c.first}, t[3], p,
                                                  {.bias = t[4], .activation = c.second});
                     },
                     kTolerance});
  }
}

/// Winograd at sizes where it is not used if a gradient is taken.
void add_large_images(std::vector<TensorCase>& cases) {
  for (const Shape& x : {Shape{1, 32, 36, 40}, {3, 64, 33, 37}, {1, 96, 47, 34}}) {
    const Shape w{64, x[1], 3, 3};
    std::ostringstream name;
    name << "conv2d " << x << " with " << w << ", with all that is fused";
    cases.push_back(
        {name.str(),
         {x, w, {64}, {x[0], 64, x[2], x[3]}},
         [](const std::vector<Tensor>& t) {
           return tensor::conv2d(
               t[0], t[1], {.padding = 1},
               {.bias = t[2], .add = t[3], .activation = tensor::Activation::hard_swish()});
         },
         kTolerance});
  }
}

/// Images of a whole number of vectors and of one to four pixels more, alone and several together, with
/// few and many rows, a depth of several pieces, large weights, and one that is used where it lies.
void add_side_columns(std::vector<TensorCase>& cases) {
  struct Case {
    Shape x, w;
  };
  const std::vector<Case> shapes{
      {{1, 3, 7, 7}, {13, 3, 1, 1}},      {{1, 200, 7, 7}, {40, 200, 1, 1}},
      {{1, 400, 7, 7}, {400, 400, 1, 1}}, {{2, 730, 7, 7}, {720, 730, 1, 1}},
      {{3, 9, 16, 12}, {20, 9, 1, 1}},    {{3, 16, 28, 28}, {17, 16, 1, 1}},
      {{2, 70, 14, 14}, {25, 70, 1, 1}},  {{3, 20, 3, 6}, {12, 20, 1, 1}},
      {{1, 9, 5, 7}, {30, 9, 1, 1}},      {{5, 9, 17, 1}, {1, 9, 1, 1}},
      {{1, 40, 7, 7}, {20, 40, 3, 3}},    {{2, 33, 14, 14}, {13, 33, 3, 3}},
      {{1, 130, 7, 5}, {140, 130, 3, 3}}, {{3, 130, 7, 5}, {140, 130, 3, 3}}};
  for (const auto& [x, w] : shapes) {
    std::ostringstream name;
    name << "conv2d " << x << " with " << w << ", added, with a bias and clipped";
    const tensor::Conv2dParams p{.padding = w[2] / 2};
    cases.push_back(
        {name.str(),
         {x, w, {w[0]}, {x[0], w[0], x[2], x[3]}},
         [=](const std::vector<Tensor>& t) {
           return tensor::conv2d(
               t[0], t[1], p,
               {.bias = t[2], .add = t[3], .activation = tensor::Activation::clip(-20, 30)});
         },
         kTolerance});
  }
}

/// An activation behind a convolution keeps NaN, which the logarithm makes of negative pixels, and which
/// is 7 here.
void add_clipped_nan(std::vector<TensorCase>& cases) {
  for (const Shape& w : {Shape{3, 2, 1, 1}, {5, 2, 3, 3}, {2, 1, 3, 3}}) {
    std::ostringstream name;
    name << "conv2d of NaN with " << w << ", clipped";
    const tensor::Conv2dParams p{.padding = w[2] / 2, .groups = 2 / w[1]};
    cases.push_back({name.str(),
                     {{1, 2, 5, 7}, w, {w[0]}},
                     [=](const std::vector<Tensor>& t) {
                       const Tensor y = tensor::conv2d(
                           tensor::log(t[0]), t[1], p,
                           {.bias = t[2], .activation = tensor::Activation::clip(-1, 1)});
                       return tensor::where(tensor::equal(y, y), y,
                                            Tensor::full({1}, 7, y.dtype(), y.device()));
                     },
                     kTolerance});
  }
}

/// What is cached for a weight fits images of all sizes: one of a single column has not all the phases
/// of a strided convolution.
void add_images_of_one_weight(std::vector<TensorCase>& cases) {
  cases.push_back({"conv2d_input_grad of images of two sizes with one weight",
                   {{1, 5, 2, 1}, {1, 5, 2, 2}, {5, 3, 3, 3}},
                   [](const std::vector<Tensor>& t) {
                     const tensor::Conv2dParams p{.stride = 2, .padding = 1};
                     const Tensor narrow = tensor::conv2d_input_grad(t[0], t[2], {1, 3, 4, 1}, p);
                     const Tensor wide = tensor::conv2d_input_grad(t[1], t[2], {1, 3, 4, 4}, p);
                     return tensor::concat(std::array{narrow, wide}, 3);
                   },
                   kTolerance});
}

/// Even and odd sizes with strides, of few and of several rows of results.
void add_depthwise_strides(std::vector<TensorCase>& cases) {
  for (const Shape& x : {Shape{2, 3, 12, 10}, {1, 2, 9, 70}, {1, 2, 7, 4}, {1, 1, 18, 37}})
    for (const tensor::Size2d stride : {tensor::Size2d{2, 2}, {1, 2}, {2, 1}, {1, 1}}) {
      std::ostringstream name;
      name << "depthwise conv2d " << x << ", stride " << stride;
      const tensor::Conv2dParams p{.stride = stride, .padding = 1, .groups = x[1]};
      cases.push_back({name.str(),
                       {x, {x[1], 1, 3, 3}, {x[1]}},
                       [=](const std::vector<Tensor>& t) {
                         return tensor::conv2d(
                             t[0], t[1], p,
                             {.bias = t[2], .activation = tensor::Activation::clip(-1, 2)});
                       },
                       kTolerance});
    }
}

/// The summand of a depthwise convolution may be where its results go.
void add_depthwise_in_place(std::vector<TensorCase>& cases) {
  cases.push_back({"depthwise conv2d added to what is there",
                   {{2, 5, 9, 7}, {5, 1, 3, 3}, {2, 5, 9, 7}},
                   [](const std::vector<Tensor>& t) {
                     Tensor y = t[2].clone();
                     tensor::conv2d_into(y, t[0], {}, t[1], {.padding = 1, .groups = 5},
                                         {.add = y});
                     return y;
                   },
                   kTolerance});
}

}  // namespace

void add_forward_convolutions(std::vector<TensorCase>& cases) {
  add_pairs(cases);
  add_large_images(cases);
  add_side_columns(cases);
  add_clipped_nan(cases);
  add_images_of_one_weight(cases);
  add_depthwise_strides(cases);
  add_depthwise_in_place(cases);
}

}  // namespace odin::tests
