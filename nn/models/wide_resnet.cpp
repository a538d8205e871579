#include "odin/nn/models/wide_resnet.h"

#include "odin/autograd/ops/pool.h"

namespace odin::nn {

WideResNet::Block::Block(std::int64_t in, std::int64_t out, std::int64_t stride)
    : bn1_(in),
      conv1_({.in = in, .out = out, .kernel = 3, .stride = stride, .padding = 1}),
      bn2_(out),
      conv2_({.in = out, .out = out, .kernel = 3, .padding = 1}) {
  register_module("bn1", bn1_);
  register_module("conv1", conv1_);
  register_module("bn2", bn2_);
  register_module("conv2", conv2_);
  if (in == out && stride == 1) return;
  shortcut_.emplace(Conv2dOptions{.in = in, .out = out, .kernel = 1, .stride = stride});
  register_module("convShortcut", *shortcut_);
}

Variable WideResNet::Block::forward(const Variable& x) const {
  if (!shortcut_) return bn2_.forward_relu_conv(bn1_.forward_relu_conv(x, conv1_), conv2_, x);
  const auto [inner, shortcut] = bn1_.forward_relu_convs(x, conv1_, *shortcut_);
  return bn2_.forward_relu_conv(inner, conv2_, shortcut);
}

WideResNet::Group::Group(std::int64_t blocks, std::int64_t in, std::int64_t out,
                         std::int64_t stride) {
  layer_.add<Block>(in, out, stride);
  for (std::int64_t i = 1; i < blocks; ++i) layer_.add<Block>(out, out, 1);
  register_module("layer", layer_);
}

namespace {

std::int64_t blocks_per_group(const WideResNetOptions& o) {
  require(o.depth >= 10 && (o.depth - 4) % 6 == 0,
          "wrn: depth must be 4 more than a multiple of 6 "
          "(10, 16, 22, 28, ...), got ",
          o.depth);
  require(o.width >= 1 && o.classes >= 1, "wrn: expected width >= 1 and classes >= 1, got ",
          o.width, " and ", o.classes);
  return (o.depth - 4) / 6;
}

}  // namespace

WideResNet::WideResNet(const WideResNetOptions& o)
    : options_(o),
      conv1_({.in = o.channels, .out = 16, .kernel = 3, .padding = 1}),
      block1_(blocks_per_group(o), 16, 16 * o.width, 1),
      block2_(blocks_per_group(o), 16 * o.width, 32 * o.width, 2),
      block3_(blocks_per_group(o), 32 * o.width, 64 * o.width, 2),
      bn1_(64 * o.width),
      fc_(64 * o.width, o.classes) {
  register_module("conv1", conv1_);
  register_module("block1", block1_);
  register_module("block2", block2_);
  register_module("block3", block3_);
  register_module("bn1", bn1_);
  register_module("fc", fc_);
}

Variable WideResNet::forward(const Variable& x) const {
  const Variable features = block3_(block2_(block1_(conv1_(x))));
  return fc_(autograd::global_avg_pool(bn1_.forward_relu(features)));
}

namespace {

PublishedFigures fpr95(double percent) { return {percent, {}, {}, {}, {}}; }

std::vector<PublishedRow> wide_resnet_rows() {
  return {
      {"CIFAR-10", "TinyImageNet (crop)", fpr95(38.9), fpr95(23.4)},
      {"CIFAR-10", "TinyImageNet (resize)", fpr95(45.6), fpr95(25.5)},
      {"CIFAR-10", "LSUN (crop)", fpr95(35.0), fpr95(21.8)},
      {"CIFAR-10", "LSUN (resize)", fpr95(35.0), fpr95(17.6)},
      {"CIFAR-100", "TinyImageNet (crop)", fpr95(67.1), fpr95(42.7)},
      {"CIFAR-100", "TinyImageNet (resize)", fpr95(79.3), fpr95(51.6)},
      {"CIFAR-100", "LSUN (crop)", fpr95(74.0), fpr95(35.7)},
      {"CIFAR-100", "LSUN (resize)", fpr95(76.7), fpr95(46.5)},
  };
}

}  // namespace

const Architecture& wide_resnet() {
  static const Architecture architecture{
      .family = "wrn",
      .options = "d-w",
      .example = "wrn-28-10",
      .legal = "d 4 more than a multiple of 6",
      .make = [](std::span<const std::int64_t> options, std::int64_t classes,
                 const InputSize& input) -> std::unique_ptr<Module> {
        return std::make_unique<WideResNet>(WideResNetOptions{.depth = options[0],
                                                              .width = options[1],
                                                              .classes = classes,
                                                              .channels = input.channels});
      },
      .recipes = {{.name = "paper",
                   .source = "Zagoruyko, Komodakis 2016",
                   .epochs = 200,
                   .batch = 128,
                   .schedule = "step",
                   .milestones = {0.3, 0.6, 0.8},
                   .factor = 0.2,
                   .weight_decay = 5e-4},
                  fast_recipe()},
      .published = {.family = "WRN",
                    .network = "WRN-28-10",
                    .rows = wide_resnet_rows(),
                    .epsilons = {{"TinyImageNet (crop)", 0.0005, 0.0028},
                                 {"TinyImageNet (resize)", 0.0011, 0.0028},
                                 {"LSUN (crop)", 0, 0.0048},
                                 {"LSUN (resize)", 0.0006, 0.002},
                                 {"iSUN", 0.0008, 0.0028},
                                 {"Uniform", 0.0014, 0.0028},
                                 {"Gaussian", 0.0014, 0.0028}}}};
  return architecture;
}

}  // namespace odin::nn
