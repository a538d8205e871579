#include "odin/tests/op_cases.h"

#include <array>
#include <sstream>

#include "odin/autograd/ops.h"
#include "odin/tensor/ops.h"
#include "odin/tensor/random.h"
#include "odin/tests/golden/golden_ops.h"

namespace odin::tests {

using autograd::Conv2dParams;
using autograd::Variable;
using tensor::DType;
using tensor::Shape;
using tensor::Tensor;

namespace {

using Inputs = std::vector<Variable>;

void add_elementwise(std::vector<OpCase>& cases) {
  const Shape wide{3, 37};
  cases.push_back({"add, broadcast", {{2, 3, 1, 5}, {3, 4, 1}}, [](const Inputs& v) {
                     return add(v[0], v[1]);
                   }});
  cases.push_back({"sub, broadcast", {{3, 4, 1}, {2, 3, 1, 5}}, [](const Inputs& v) {
                     return sub(v[0], v[1]);
                   }});
  cases.push_back(
      {"mul, broadcast", {{2, 1, 7}, {5, 1}}, [](const Inputs& v) { return mul(v[0], v[1]); }});
  cases.push_back({"div, broadcast",
                   {{2, 5, 7}, {5, 1}},
                   [](const Inputs& v) { return div(v[0], v[1]); },
                   true});
  cases.push_back(
      {"mul of a number with itself", {wide}, [](const Inputs& v) { return mul(v[0], v[0]); }});
  cases.push_back({"affine", {wide}, [](const Inputs& v) { return affine(v[0], -1.5, 0.25); }});
  cases.push_back({"neg", {wide}, [](const Inputs& v) { return neg(v[0]); }});
  cases.push_back({"exp", {wide}, [](const Inputs& v) { return exp(v[0]); }});
  cases.push_back({"log", {wide}, [](const Inputs& v) { return log(v[0]); }, true});
  cases.push_back({"sqrt", {wide}, [](const Inputs& v) { return sqrt(v[0]); }, true});
  cases.push_back({"square", {wide}, [](const Inputs& v) { return square(v[0]); }});
  cases.push_back({"relu", {wide}, [](const Inputs& v) { return relu(v[0]); }});
  cases.push_back({"tanh", {wide}, [](const Inputs& v) { return tanh(v[0]); }});
}

void add_reductions_and_shapes(std::vector<OpCase>& cases) {
  const Shape s{2, 3, 5, 7};
  cases.push_back({"sum of everything", {s}, [](const Inputs& v) { return sum(v[0]); }});
  cases.push_back({"sum over images and pixels", {s}, [](const Inputs& v) {
                     return sum(v[0], {0, 2, 3});
                   }});
  cases.push_back({"sum, keepdim", {s}, [](const Inputs& v) { return sum(v[0], {1}, true); }});
  cases.push_back({"mean over pixels", {s}, [](const Inputs& v) { return mean(v[0], {2, 3}); }});
  cases.push_back(
      {"max over a middle dimension", {s}, [](const Inputs& v) { return max(v[0], 1); }});
  cases.push_back({"max, keepdim", {s}, [](const Inputs& v) { return max(v[0], -1, true); }});
  cases.push_back(
      {"matmul", {{5, 17}, {17, 35}}, [](const Inputs& v) { return matmul(v[0], v[1]); }});
  cases.push_back(
      {"matmul of one row", {{1, 3}, {3, 1}}, [](const Inputs& v) { return matmul(v[0], v[1]); }});
  cases.push_back({"linear", {{3, 19}, {5, 19}, {5}}, [](const Inputs& v) {
                     return linear(v[0], v[1], v[2]);
                   }});
  cases.push_back({"reshape", {s}, [](const Inputs& v) { return square(reshape(v[0], {6, -1})); }});
  cases.push_back({"permute", {s}, [](const Inputs& v) {
                     return square(permute(v[0], {2, 0, 3, 1}));
                   }});
  cases.push_back(
      {"slice with a step", {s}, [](const Inputs& v) { return square(slice(v[0], 3, 1, 7, 2)); }});
  cases.push_back({"concat of channels",
                   {{2, 3, 5, 7}, {2, 1, 5, 7}, {2, 4, 5, 7}},
                   [](const Inputs& v) { return square(concat(v, 1)); }});
  cases.push_back({"concat of images", {{1, 3, 2}, {4, 3, 2}}, [](const Inputs& v) {
                     return square(concat(v, 0));
                   }});
}

/// A constant on the device of an input.
Tensor beside(const Variable& input, const Tensor& constant) {
  return constant.to(input.value().device());
}

void add_softmax(std::vector<OpCase>& cases) {
  cases.push_back({"softmax", {{5, 10}}, [](const Inputs& v) { return softmax(v[0]); }});
  cases.push_back({"log_softmax", {{5, 10}}, [](const Inputs& v) { return log_softmax(v[0]); }});
  cases.push_back({"log_softmax of one class", {{3, 1}}, [](const Inputs& v) {
                     return add(log_softmax(v[0]), v[0]);
                   }});
  const Tensor labels = Tensor::from(std::vector<std::int64_t>{3, 0, 9, 3, 1}, {5});
  cases.push_back({"cross_entropy, mean", {{5, 10}}, [=](const Inputs& v) {
                     return cross_entropy(v[0], beside(v[0], labels));
                   }});
  cases.push_back({"cross_entropy with label smoothing", {{5, 10}}, [=](const Inputs& v) {
                     return cross_entropy(v[0], beside(v[0], labels), autograd::Reduction::mean,
                                          0.1);
                   }});
  const Tensor only = Tensor::from(std::vector<std::int64_t>{0, 0, 0}, {3});
  cases.push_back(
      {"cross_entropy with label smoothing, one class", {{3, 1}}, [=](const Inputs& v) {
         return add(cross_entropy(v[0], beside(v[0], only), autograd::Reduction::sum, 0.3), v[0]);
       }});
  const Tensor one = Tensor::from(std::vector<std::int64_t>{16}, {1});
  cases.push_back({"cross_entropy with nothing but smoothing", {{1, 17}}, [=](const Inputs& v) {
                     return cross_entropy(v[0], beside(v[0], one), autograd::Reduction::sum, 1);
                   }});
  cases.push_back({"cross_entropy at T = 1000",
                   {{5, 10}},
                   [=](const Inputs& v) {
                     return cross_entropy(affine(v[0], 1e-3, 0), beside(v[0], labels),
                                          autograd::Reduction::sum);
                   },
                   false,
                   true,
                   1e-2});  // a smaller step would be lost in the rounding of the sum
}

struct ConvCase {
  Shape x, w;
  Conv2dParams p;
  bool small = true;
};

void add_conv(std::vector<OpCase>& cases) {
  std::vector<ConvCase> conv{
      {{2, 3, 7, 5}, {4, 3, 3, 3}, {1, 1}},              // 3x3, non-square
      {{1, 1, 5, 9}, {1, 1, 3, 3}, {1, 1}},              // one channel
      {{2, 3, 6, 5}, {13, 3, 3, 3}, {1, 0}},             // no padding, more rows than a tile
      {{1, 2, 3, 35}, {5, 2, 3, 3}, {1, 1}},             // wider than two vectors
      {{2, 4, 9, 6}, {5, 4, 3, 3}, {2, 1}},              // stride 2, odd and even
      {{1, 3, 8, 8}, {2, 3, 3, 3}, {2, 1}},              // stride 2, a row and a column left over
      {{1, 2, 8, 7}, {3, 2, 3, 3}, {2, 0}},              // stride 2 without padding
      {{1, 2, 9, 10}, {2, 2, 3, 3}, {3, 2}},             // stride 3, much padding
      {{3, 5, 4, 7}, {6, 5, 1, 1}, {1, 0}},              // 1x1
      {{2, 3, 7, 6}, {4, 3, 1, 1}, {2, 0}},              // 1x1 stride 2: pixels without gradient
      {{1, 2, 4, 5}, {3, 2, 1, 1}, {1, 1}},              // 1x1 with padding
      {{1, 2, 6, 11}, {3, 2, 5, 5}, {1, 2}},             // 5x5
      {{1, 1, 6, 5}, {2, 1, 2, 3}, {2, 1}},              // a kernel that is not square
      {{1, 2, 1, 1}, {3, 2, 3, 3}, {1, 1}},              // one pixel
      {{2, 2, 3, 3}, {2, 2, 3, 3}, {1, 3}},              // padding beyond the kernel
      {{3, 48, 32, 32}, {12, 48, 3, 3}, {1, 1}, false},  // as in DenseNet
      {{2, 300, 8, 8}, {48, 300, 1, 1}, {1, 0}, false},  // deeper than rows are read in place
      {{2, 21, 9, 13}, {210, 21, 1, 1}, {1, 0}, false},  // the same of the gradient, a tile cut off
      {{2, 64, 16, 16}, {64, 64, 3, 3}, {2, 1}, false},  // as in Wide ResNet
      {{21, 29, 9, 7}, {5, 29, 3, 3}, {2, 1}, false},    // the same, odd, several images at a time
      {{35, 17, 5, 7}, {6, 17, 3, 3}, {1, 1}, false},    // channels in blocks, one left over
      {{3, 7, 11, 10}, {9, 7, 5, 5}, {3, 2}, false},     // stride 3, 5x5
      {{17, 3, 32, 32}, {24, 3, 3, 3}, {1, 1}, false},   // more images than parts of a sum
      {{3, 32, 9, 6}, {64, 32, 3, 3}, {1, 1}, false},    // Winograd, tiles cut off at the edges
      {{1, 64, 1, 3}, {32, 64, 3, 3}, {1, 1}, false},    // Winograd of less than a tile
      {{5, 96, 16, 16}, {32, 96, 3, 3}, {1, 1}, false},  // Winograd, a sum in two pieces
      {{1, 32, 19, 9}, {64, 32, 3, 3}, {1, 1}, false},   // Winograd, one image in bands
      {{1, 96, 8, 8}, {96, 96, 3, 3}, {1, 1}, false},    // Winograd, one image, a large weight
      {{11, 32, 7, 5}, {32, 32, 3, 3}, {1, 1}, false},   // Winograd, images of a thread's own
      {{2, 9, 7, 32}, {13, 9, 3, 3}, {1, 1}, false},     // Winograd along columns, rows cut off
      {{1, 8, 3, 16}, {8, 8, 3, 3}, {1, 1}, false},      // the same, less than a tile
      {{3, 12, 13, 16}, {48, 12, 3, 3}, {1, 1}, false},  // the same, several bands
      {{1, 31, 5, 48}, {17, 31, 3, 3}, {1, 1}, false},   // the same, wider than a band
      {{2, 16, 9, 4}, {16, 16, 3, 3}, {1, 1}, false},    // the same, where a vector has 4 elements
      {{2, 16, 6, 8}, {16, 16, 3, 3}, {1, 1}, false},    // the same, where it has 8
  };
  for (std::int64_t width = 1; width <= 36; width += 5)
    conv.push_back({{2, 3, 4, width}, {7, 3, 3, 3}, {1, 1}, width <= 11});
  for (const ConvCase& c : conv) {
    std::ostringstream name;
    name << "conv2d " << c.x << " with " << c.w << ", stride " << c.p.stride << ", padding "
         << c.p.padding;
    cases.push_back({name.str(),
                     {c.x, c.w},
                     [p = c.p](const Inputs& v) { return conv2d(v[0], v[1], p); },
                     false,
                     c.small});
  }
  // A range of channels of a larger tensor, as DenseNet's layers read it.
  cases.push_back({"conv2d of some channels", {{2, 5, 6, 7}, {3, 2, 3, 3}}, [](const Inputs& v) {
                     return conv2d(slice(v[0], 1, 1, 3), v[1], {1, 1});
                   }});
}

/// Running statistics for this number of channels, with the type and the device of x.
autograd::RunningStats running_stats(std::int64_t channels, const Variable& x, std::uint64_t seed) {
  const DType dtype = x.dtype();
  return {
      beside(x, tensor::affine(tensor::Random(seed).normal({channels}).to(dtype), 0.2, 0)),
      beside(x, tensor::affine(tensor::Random(seed + 1).uniform({channels}).to(dtype), 1, 0.5))};
}

/// Batch normalization with its own running statistics, the same at the start of every call.
Variable batch_norm_of(const Inputs& v, bool training, bool relu) {
  auto running = running_stats(v[0].dim(1), v[0], 1);
  return batch_norm(v[0], v[1], v[2], running, {.training = training, .relu = relu});
}

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
      if (c.residual)
        inputs.push_back(
            {c.x[0], c.w[0], c.p.out_size(c.x[2], c.w[2]), c.p.out_size(c.x[3], c.w[3])});
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

void add_norm_and_pool(std::vector<OpCase>& cases) {
  for (const Shape& x :
       {Shape{4, 3, 5, 7}, Shape{2, 1, 3, 3}, Shape{3, 2, 1, 1}, Shape{2, 5, 6, 13}})
    for (const bool training : {false, true})
      for (const bool relu : {false, true}) {
        std::ostringstream name;
        name << "batch_norm" << (relu ? " and relu " : " ") << x << (training ? ", training" : "");
        cases.push_back({name.str(), {x, {x[1]}, {x[1]}}, [=](const Inputs& v) {
                           return batch_norm_of(v, training, relu);
                         }});
      }
  cases.push_back({"batch_norm [9,21,32,32], training",
                   {{9, 21, 32, 32}, {21}, {21}},
                   [](const Inputs& v) { return batch_norm_of(v, true, false); },
                   false,
                   false});
  for (const bool training : {false, true})
    cases.push_back(
        {training ? "mean of batch_norm and relu, training" : "mean of batch_norm and relu",
         {{4, 3, 5, 7}, {3}, {3}},
         [=](const Inputs& v) { return global_avg_pool(batch_norm_of(v, training, true)); }});
  cases.push_back(
      {"avg_pool2d", {{2, 3, 6, 10}}, [](const Inputs& v) { return avg_pool2d(v[0]); }});
  cases.push_back({"avg_pool2d of odd sizes", {{1, 2, 7, 5}}, [](const Inputs& v) {
                     return avg_pool2d(v[0]);
                   }});
  cases.push_back({"avg_pool2d 3x3, stride 1", {{1, 2, 7, 5}}, [](const Inputs& v) {
                     return avg_pool2d(v[0], {.kernel = 3, .stride = 1});
                   }});
  cases.push_back(
      {"global_avg_pool", {{2, 5, 3, 7}}, [](const Inputs& v) { return global_avg_pool(v[0]); }});
}

}  // namespace

std::vector<Tensor> OpCase::make_inputs() const {
  if (!given.empty()) return given;
  std::vector<Tensor> result;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const tensor::Random random(11, i);
    result.push_back(positive ? tensor::affine(random.uniform(inputs[i]).to(DType::f64), 2, 0.3)
                              : random.normal(inputs[i]).to(DType::f64));
  }
  return result;
}

const std::vector<OpCase>& op_cases() {
  static const std::vector<OpCase> cases = [] {
    std::vector<OpCase> all;
    add_elementwise(all);
    add_reductions_and_shapes(all);
    add_softmax(all);
    add_conv(all);
    add_norm_and_pool(all);
    add_norm_conv(all);
    add_two_norm_convs(all);
    add_dense_block(all);
    for (OpCase& golden : golden_op_cases()) all.push_back(std::move(golden));
    return all;
  }();
  return cases;
}

const std::vector<TensorCase>& tensor_cases() {
  using Tensors = std::vector<Tensor>;
  static const std::vector<TensorCase> cases{
      {"abs", {{3, 37}}, [](Tensors& t) { return tensor::abs(t[0]); }},
      {"step_sign", {{3, 37}}, [](Tensors& t) { return tensor::step_sign(t[0]); }},
      {"maximum, broadcast",
       {{2, 1, 7}, {5, 1}},
       [](Tensors& t) { return tensor::maximum(t[0], t[1]); }},
      {"argmax of a middle dimension",
       {{4, 6, 3}},
       [](Tensors& t) { return tensor::argmax(t[0], 1).to(t[0].dtype()); }},
      {"all_finite",
       {{5, 19}},
       [](Tensors& t) { return Tensor::scalar(tensor::all_finite(t[0]), t[0].dtype()); }},
      {"sum_of_squares",
       {{5, 19}},
       [](Tensors& t) { return Tensor::scalar(tensor::sum_of_squares(t[0]), t[0].dtype()); }},
      {"sgd_step",
       {{5, 3, 3}, {5, 3, 3}, {5, 3, 3}},
       [](Tensors& t) {
         tensor::sgd_step_(t[0], t[1], t[2], {0.1, 0.9, 1e-4, true});
         return tensor::concat(std::array{t[0], t[1]}, 0);
       }},
      {"fill of a view",
       {{4, 6, 5}},
       [](Tensors& t) {
         Tensor view = t[0].slice(1, 1, 6, 2);
         tensor::fill_(view, 0.25);
         return t[0];
       }},
      {"copy of a transposed tensor",
       {{7, 18}},
       [](Tensors& t) { return t[0].transpose(0, 1).clone(); }},
  };
  return cases;
}

}  // namespace odin::tests
