#include "odin/nn/models/small_networks.h"

#include "odin/autograd/ops/elementwise.h"
#include "odin/autograd/ops/pool.h"
#include "odin/autograd/ops/shape.h"
#include "odin/nn/layers/conv_norm.h"

namespace odin::nn {
namespace {

/// Of the images after the convolutions of LeNet-5.
std::int64_t pixels_left(const InputSize& input) {
  require(input.height >= 16 && input.width >= 16, "lenet-5: expected images of one size, at ",
          "least 16x16, got ", input.width, "x", input.height);
  const auto left = [](std::int64_t size) { return ((size - 4) / 2 - 4) / 2; };
  return left(input.height) * left(input.width);
}

/// A layer of a ConvNet.
class ConvLayer final : public Module {
 public:
  ConvLayer(std::int64_t in, std::int64_t out)
      : conv_({.in = in, .out = out, .padding = 1}), norm_(out) {
    register_module("conv", conv_);
    register_module("bn", norm_);
  }
  Variable forward(const Variable& x) const override {
    return autograd::max_pool2d(conv_norm(conv_, norm_, x, tensor::Activation::relu()));
  }

 private:
  Conv2d conv_;
  BatchNorm2d norm_;
};

}  // namespace

LeNet5::LeNet5(std::int64_t classes, const InputSize& input)
    : classes_(classes),
      input_(input),
      conv1_({.in = input.channels, .out = 6, .kernel = 5, .bias = true}),
      conv2_({.in = 6, .out = 16, .kernel = 5, .bias = true}),
      fc1_(16 * pixels_left(input), 120),
      fc2_(120, 84),
      fc3_(84, classes) {
  register_module("conv1", conv1_);
  register_module("conv2", conv2_);
  register_module("fc1", fc1_);
  register_module("fc2", fc2_);
  register_module("fc3", fc3_);
}

Variable LeNet5::forward(const Variable& x) const {
  const Variable pooled = autograd::max_pool2d(relu(conv1_(x)));
  const Variable features = autograd::max_pool2d(relu(conv2_(pooled)));
  const Variable flat = reshape(features, {x.dim(0), -1});
  return fc3_(relu(fc2_(relu(fc1_(flat)))));
}

ConvNet::ConvNet(std::span<const std::int64_t> widths, std::int64_t classes, std::int64_t channels)
    : widths_(widths.begin(), widths.end()),
      classes_(classes),
      channels_(channels),
      fc_(widths.back(), classes) {
  std::int64_t in = channels;
  for (const std::int64_t width : widths) {
    require(width >= 1, "convnet: expected channels >= 1, got ", width);
    layer_.add<ConvLayer>(in, width);
    in = width;
  }
  register_module("layer", layer_);
  register_module("fc", fc_);
}

Variable ConvNet::forward(const Variable& x) const {
  return fc_(autograd::global_avg_pool(layer_(x)));
}

const Architecture& lenet_5() {
  static const Architecture architecture{
      .family = "lenet-5",
      .options = "",
      .example = "lenet-5",
      .legal = "",
      .make = [](std::span<const std::int64_t>, std::int64_t classes,
                 const InputSize& input) -> std::unique_ptr<Module> {
        require(classes >= 1, "lenet-5: expected classes >= 1, got ", classes);
        return std::make_unique<LeNet5>(classes, input);
      },
      .recipes = {fast_recipe()},
      .published = {}};
  return architecture;
}

const Architecture& convnet() {
  static const Architecture architecture{
      .family = "convnet",
      .options = "c1-c2-...",
      .example = "convnet-16-32-64",
      .legal = "channels of one or more layers",
      .make = [](std::span<const std::int64_t> options, std::int64_t classes,
                 const InputSize& input) -> std::unique_ptr<Module> {
        require(classes >= 1, "convnet: expected classes >= 1, got ", classes);
        return std::make_unique<ConvNet>(options, classes, input.channels);
      },
      .recipes = {fast_recipe()},
      .published = {}};
  return architecture;
}

}  // namespace odin::nn
