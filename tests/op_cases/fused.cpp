#include <sstream>

#include "odin/autograd/ops.h"
#include "odin/tensor/ops.h"
#include "odin/tests/op_cases/families.h"

namespace odin::tests {

namespace {

/// Inputs: x, gamma, beta, weight and optionally the residual. The running statistics are the same
/// at the start of every call.
Variable norm_conv_of(const Inputs& v, bool training, const Conv2dParams& p) {
  auto running = running_stats(v[0].dim(1), v[0], 1);
  return norm_conv2d(v[0], v[1], v[2], running, {.training = training, .relu = true}, v[3], p,
                     v.size() > 4 ? v[4] : Variable());
}

/// Inputs: x, gamma, beta and two weights. The sum of a 3x3 and a 1x1 convolution of the same
/// activation.
Variable two_norm_convs_of(const Inputs& v, bool training, std::int64_t stride) {
  auto running = running_stats(v[0].dim(1), v[0], 1);
  const auto y = norm_conv2d_both(v[0], v[1], v[2], running, {.training = training, .relu = true},
                                  {v[3], v[4]}, {Conv2dParams{stride, 1}, {stride, 0}});
  return add(y[0], y[1]);
}

void add_two_norm_convs(std::vector<OpCase>& cases) {
  for (const std::int64_t stride : {1, 2})
    for (const bool training : {false, true}) {
      std::ostringstream name;
      name << "norm_conv2d_both, stride " << stride << (training ? ", training" : "");
      cases.push_back({name.str(),
                       {{3, 4, 5, 7}, {4}, {4}, {6, 4, 3, 3}, {6, 4, 1, 1}},
                       [=](const Inputs& v) { return two_norm_convs_of(v, training, stride); }});
    }
}

void add_norm_conv(std::vector<OpCase>& cases) {
  struct Case {
    Shape x, w;
    Conv2dParams p;
    bool residual, small = true;
  };
  const std::vector<Case> shapes{
      {{2, 3, 5, 7}, {4, 3, 3, 3}, {1, 1}, false},
      {{2, 3, 5, 7}, {4, 3, 3, 3}, {1, 1}, true},
      {{3, 1, 4, 4}, {1, 1, 3, 3}, {1, 1}, true},
      {{2, 5, 3, 7}, {13, 5, 1, 1}, {1, 0}, true},
      {{2, 4, 7, 6}, {3, 4, 3, 3}, {2, 1}, true},
      {{2, 4, 6, 6}, {3, 4, 1, 1}, {2, 0}, false},
      {{2, 3, 4, 5}, {2, 3, 3, 3}, {1, 0}, false},
      {{3, 40, 16, 16}, {24, 40, 3, 3}, {1, 1}, true, false},
      {{9, 20, 11, 9}, {7, 20, 3, 3}, {2, 1}, false, false},
      {{3, 20, 8, 12}, {30, 20, 1, 1}, {2, 0}, true, false},
      {{3, 210, 8, 8}, {48, 210, 1, 1}, {1, 0}, true, false},
      {{2, 21, 9, 13}, {210, 21, 1, 1}, {1, 0}, true, false},
      {{2, 64, 16, 16}, {70, 64, 3, 3}, {1, 1}, true, false},
      {{3, 32, 10, 7}, {64, 32, 3, 3}, {1, 1}, true, false},
      {{1, 32, 10, 7}, {64, 32, 3, 3}, {1, 1}, true, false},
      {{1, 16, 10, 10}, {16, 16, 3, 3}, {1, 1}, true, false},  // threads cut tiles where they share
  };
  for (const Case& c : shapes)
    for (const bool training : {false, true}) {
      std::ostringstream name;
      name << "norm_conv2d " << c.x << " with " << c.w << ", stride " << c.p.stride
           << (c.residual ? ", residual" : "") << (training ? ", training" : "");
      std::vector<Shape> inputs{c.x, {c.x[1]}, {c.x[1]}, c.w};
      if (c.residual) inputs.push_back(tensor::conv2d_shape("conv2d", c.x, c.w, c.p));
      cases.push_back({name.str(), inputs,
                       [=, p = c.p](const Inputs& v) { return norm_conv_of(v, training, p); },
                       false, c.small});
    }
}

/// Inputs: x and six parameters for each layer.
Variable dense_block_of(const Inputs& v, bool training) {
  std::vector<autograd::RunningStats> running;
  running.reserve(v.size());  // the layers point to them
  std::vector<autograd::DenseLayer> layers;
  for (std::size_t i = 1; i + 5 < v.size(); i += 6) {
    running.push_back(running_stats(v[i].dim(0), v[0], i));
    running.push_back(running_stats(v[i + 3].dim(0), v[0], i + 3));
    layers.push_back({v[i], v[i + 1], v[i + 2], v[i + 3], v[i + 4], v[i + 5],
                      &running[running.size() - 2], &running.back()});
  }
  return dense_block(v[0], layers, {.training = training});
}

void add_dense_block(std::vector<OpCase>& cases) {
  struct Case {
    Shape x;
    std::int64_t layers, squeezed, growth;
    bool small = true;
  };
  for (const Case& c : {Case{{2, 3, 4, 5}, 2, 4, 2}, Case{{3, 1, 3, 3}, 1, 1, 1},
                        Case{{3, 24, 16, 16}, 3, 48, 12, false}})
    for (const bool training : {false, true}) {
      std::ostringstream name;
      name << "dense_block " << c.x << " of " << c.layers << (training ? ", training" : "");
      std::vector<Shape> inputs{c.x};
      for (std::int64_t i = 0; i < c.layers; ++i) {
        const std::int64_t in = c.x[1] + i * c.growth;
        for (const Shape& s : {Shape{in}, Shape{in}, Shape{c.squeezed, in, 1, 1}, Shape{c.squeezed},
                               Shape{c.squeezed}, Shape{c.growth, c.squeezed, 3, 3}})
          inputs.push_back(s);
      }
      cases.push_back({name.str(), inputs,
                       [training](const Inputs& v) { return dense_block_of(v, training); }, false,
                       c.small});
    }
}

void add_conv_activation(std::vector<OpCase>& cases) {
  using tensor::Activation;
  struct Case {
    Shape x, w;
    Conv2dParams p;
    Activation f;
    bool bias, residual, small = true;
  };
  const std::vector<Case> shapes{
      {{2, 3, 5, 7}, {4, 3, 3, 3}, {.padding = 1}, Activation::relu(), true, true},
      {{2, 3, 5, 7}, {4, 3, 1, 1}, {}, Activation::clip(0, 6), true, false},
      {{1, 4, 6, 7},
       {4, 1, 3, 3},
       {.padding = 1, .groups = 4},
       Activation::hard_swish(),
       true,
       true},
      {{2, 3, 7, 6}, {4, 3, 3, 3}, {.stride = 2, .padding = 1}, Activation::silu(), false, true},
      {{2, 3, 5, 7}, {4, 3, 3, 3}, {.padding = 1}, Activation(), true, true},
      {{2, 3, 5, 7}, {4, 3, 3, 3}, {.padding = 1}, Activation::leaky_relu(0.2), false, false},
      {{2, 64, 9, 7}, {64, 64, 3, 3}, {.padding = 1}, Activation::relu(), true, true, false},
      {{2, 64, 9, 7}, {64, 64, 3, 3}, {.padding = 1}, Activation::relu(), true, false, false},
      {{2, 16, 9, 16}, {16, 16, 3, 3}, {.padding = 1}, Activation::relu(), true, true, false},
      {{3, 210, 7, 7}, {50, 210, 1, 1}, {}, Activation::relu(), true, true, false},
      {{3, 33, 15, 13},
       {33, 1, 5, 5},
       {.padding = 2, .groups = 33},
       Activation::relu(),
       true,
       true,
       false},
  };
  for (const Case& c : shapes) {
    std::ostringstream name;
    name << "conv_activation " << c.x << " with " << c.w << ", " << tensor::name_of(c.f.kind)
         << (c.bias ? ", bias" : "") << (c.residual ? ", residual" : "");
    std::vector<Shape> inputs{c.x, c.w};
    if (c.bias) inputs.push_back({c.w[0]});
    if (c.residual) inputs.push_back(tensor::conv2d_shape("conv2d", c.x, c.w, c.p));
    cases.push_back({name.str(), inputs,
                     [=](const Inputs& v) {
                       return conv_activation(v[0], v[1], c.p, c.bias ? v[2] : Variable(), c.f,
                                              c.residual ? v.back() : Variable());
                     },
                     false, c.small});
  }
}

}  // namespace

void add_fused(std::vector<OpCase>& cases) {
  add_norm_conv(cases);
  add_two_norm_convs(cases);
  add_dense_block(cases);
  add_conv_activation(cases);
}

}  // namespace odin::tests
