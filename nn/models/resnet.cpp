#include "odin/nn/models/resnet.h"

#include <algorithm>
#include <array>

#include "odin/autograd/ops/pool.h"
#include "odin/nn/layers/conv_norm.h"

namespace odin::nn {
namespace {

const tensor::Activation kRelu = tensor::Activation::relu();

/// What a block adds to its result: x itself, or where channels or resolution change, a 1x1
/// convolution of it.
class Shortcut {
 public:
  Shortcut(std::int64_t in, std::int64_t out, std::int64_t stride) {
    if (in == out && stride == 1) return;
    auto& conv =
        layers_.add<Conv2d>(Conv2dOptions{.in = in, .out = out, .kernel = 1, .stride = stride});
    auto& norm = layers_.add<BatchNorm2d>(out);
    conv_ = &conv;
    norm_ = &norm;
  }

  Sequential* module() { return conv_ ? &layers_ : nullptr; }
  Variable operator()(const Variable& x) const { return conv_ ? conv_norm(*conv_, *norm_, x) : x; }

 private:
  Sequential layers_;
  const Conv2d* conv_ = nullptr;
  const BatchNorm2d* norm_ = nullptr;
};

/// Two 3x3 convolutions.
class BasicBlock final : public Module {
 public:
  BasicBlock(std::int64_t in, std::int64_t out, std::int64_t stride, const char* shortcut_name)
      : conv1_({.in = in, .out = out, .stride = stride, .padding = 1}),
        bn1_(out),
        conv2_({.in = out, .out = out, .padding = 1}),
        bn2_(out),
        shortcut_(in, out, stride) {
    register_module("conv1", conv1_);
    register_module("bn1", bn1_);
    register_module("conv2", conv2_);
    register_module("bn2", bn2_);
    if (shortcut_.module()) register_module(shortcut_name, *shortcut_.module());
  }

  Variable forward(const Variable& x) const override {
    const Variable inner = conv_norm(conv1_, bn1_, x, kRelu);
    return conv_norm(conv2_, bn2_, inner, kRelu, shortcut_(x));
  }

 private:
  Conv2d conv1_;
  BatchNorm2d bn1_;
  Conv2d conv2_;
  BatchNorm2d bn2_;
  Shortcut shortcut_;
};

/// A 1x1 convolution to fewer channels, a 3x3 one, and a 1x1 one to four times as many.
class Bottleneck final : public Module {
 public:
  static constexpr std::int64_t kExpansion = 4;

  Bottleneck(std::int64_t in, std::int64_t inner, std::int64_t out, std::int64_t stride,
             const char* shortcut_name)
      : conv1_({.in = in, .out = inner, .kernel = 1}),
        bn1_(inner),
        conv2_({.in = inner, .out = inner, .stride = stride, .padding = 1}),
        bn2_(inner),
        conv3_({.in = inner, .out = out, .kernel = 1}),
        bn3_(out),
        shortcut_(in, out, stride) {
    register_module("conv1", conv1_);
    register_module("bn1", bn1_);
    register_module("conv2", conv2_);
    register_module("bn2", bn2_);
    register_module("conv3", conv3_);
    register_module("bn3", bn3_);
    if (shortcut_.module()) register_module(shortcut_name, *shortcut_.module());
  }

  Variable forward(const Variable& x) const override {
    const Variable squeezed = conv_norm(conv1_, bn1_, x, kRelu);
    const Variable inner = conv_norm(conv2_, bn2_, squeezed, kRelu);
    return conv_norm(conv3_, bn3_, inner, kRelu, shortcut_(x));
  }

 private:
  Conv2d conv1_;
  BatchNorm2d bn1_;
  Conv2d conv2_;
  BatchNorm2d bn2_;
  Conv2d conv3_;
  BatchNorm2d bn3_;
  Shortcut shortcut_;
};

/// The numbers of blocks in the four stages.
struct Stages {
  std::int64_t depth;
  std::array<std::int64_t, 4> blocks;
  bool bottlenecks;
};

constexpr Stages kStages[] = {
    {18, {2, 2, 2, 2}, false},  {34, {3, 4, 6, 3}, false},  {50, {3, 4, 6, 3}, true},
    {101, {3, 4, 23, 3}, true}, {152, {3, 8, 36, 3}, true},
};

const Stages& stages_of(std::int64_t depth) {
  const auto found = std::find_if(std::begin(kStages), std::end(kStages),
                                  [&](const Stages& s) { return s.depth == depth; });
  require(found != std::end(kStages), "resnet: expected 18, 34, 50, 101 or 152 layers, got ",
          depth);
  return *found;
}

}  // namespace

ResNet::ResNet(const ResNetOptions& o)
    : options_(o),
      conv1_(
          o.small_images
              ? Conv2dOptions{.in = o.channels, .out = 64, .padding = 1}
              : Conv2dOptions{.in = o.channels, .out = 64, .kernel = 7, .stride = 2, .padding = 3}),
      bn1_(64) {
  const Stages& stages = stages_of(o.depth);
  require(o.width >= 1 && o.classes >= 1, "resnet: expected width >= 1 and classes >= 1, got ",
          o.width, " and ", o.classes);
  require(o.width == 1 || stages.bottlenecks, "resnet: only networks of 50 layers and more are ",
          "made wider, got ", o.depth);
  const char* shortcut_name = o.small_images ? "shortcut" : "downsample";
  register_module("conv1", conv1_);
  register_module("bn1", bn1_);
  std::int64_t in = 64;
  const std::array layers{&layer1_, &layer2_, &layer3_, &layer4_};
  for (std::size_t stage = 0; stage < layers.size(); ++stage) {
    const std::int64_t channels = std::int64_t{64} << stage;
    const std::int64_t out = stages.bottlenecks ? Bottleneck::kExpansion * channels : channels;
    for (std::int64_t i = 0; i < stages.blocks[stage]; ++i) {
      const std::int64_t stride = i == 0 && stage > 0 ? 2 : 1;
      if (stages.bottlenecks)
        layers[stage]->add<Bottleneck>(in, o.width * channels, out, stride, shortcut_name);
      else
        layers[stage]->add<BasicBlock>(in, out, stride, shortcut_name);
      in = out;
    }
    register_module("layer" + std::to_string(stage + 1), *layers[stage]);
  }
  fc_ = std::make_unique<Linear>(in, o.classes);
  register_module("fc", *fc_);
}

Variable ResNet::forward(const Variable& x) const {
  Variable y = conv_norm(conv1_, bn1_, x, kRelu);
  if (!options_.small_images) y = autograd::max_pool2d(y, {.kernel = 3, .stride = 2, .padding = 1});
  for (const Sequential* layer : {&layer1_, &layer2_, &layer3_, &layer4_}) y = (*layer)(y);
  return (*fc_)(autograd::global_avg_pool(y));
}

namespace {

std::unique_ptr<Module> make_resnet(const ResNetOptions& options) {
  return std::make_unique<ResNet>(options);
}

/// As the paper trains on ImageNet and on CIFAR.
TrainingRecipe paper_recipe(std::int64_t epochs, std::int64_t batch) {
  return {.name = "paper",
          .source = "He et al. 2016",
          .epochs = epochs,
          .batch = batch,
          .schedule = "step",
          .milestones = {1.0 / 3, 2.0 / 3},
          .factor = 0.1,
          .weight_decay = 1e-4};
}

}  // namespace

const Architecture& resnet() {
  static const Architecture architecture{
      .family = "resnet",
      .options = "d",
      .example = "resnet-50",
      .legal = "d 18, 34, 50, 101 or 152",
      .make =
          [](std::span<const std::int64_t> options, std::int64_t classes, const InputSize& input) {
            return make_resnet(
                {.depth = options[0], .classes = classes, .channels = input.channels});
          },
      .recipes = {paper_recipe(90, 256), fast_recipe()},
      .published = {}};
  return architecture;
}

const Architecture& wide_resnet_bottleneck() {
  static const Architecture architecture{
      .family = "wide-resnet",
      .options = "d-w",
      .example = "wide-resnet-50-2",
      .legal = "d 50, 101 or 152",
      .make =
          [](std::span<const std::int64_t> options, std::int64_t classes, const InputSize& input) {
            return make_resnet({.depth = options[0],
                                .width = options[1],
                                .classes = classes,
                                .channels = input.channels});
          },
      .recipes = {paper_recipe(90, 256), fast_recipe()},
      .published = {}};
  return architecture;
}

const Architecture& resnet_32() {
  static const Architecture architecture{
      .family = "resnet",
      .options = "d-32",
      .example = "resnet-18-32",
      .legal = "d 18, 34, 50, 101 or 152",
      .make =
          [](std::span<const std::int64_t> options, std::int64_t classes, const InputSize& input) {
            require(options[1] == 32, "resnet: expected resnet-d or, for images of 32x32, ",
                    "resnet-d-32, got resnet-", options[0], "-", options[1]);
            return make_resnet({.depth = options[0],
                                .small_images = true,
                                .classes = classes,
                                .channels = input.channels});
          },
      .recipes = {paper_recipe(200, 128), fast_recipe()},
      .published = {},
      .our_name =
          [](std::string name) {
            // kuangliu's networks, unlike OpenOOD's, call the last layer "linear".
            constexpr std::string_view kLinear = "linear.";
            return name.starts_with(kLinear) ? "fc." + name.substr(kLinear.size()) : name;
          }};
  return architecture;
}

}  // namespace odin::nn
