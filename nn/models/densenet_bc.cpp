#include "odin/nn/models/densenet_bc.h"

#include "odin/autograd/ops/pool.h"
#include "odin/nn/fusion.h"

namespace odin::nn {

DenseNetBC::Block::Block(std::int64_t layers, std::int64_t in, std::int64_t growth) {
  constexpr DenseLayerNames kNames{"bn1", "conv1", "bn2", "conv2"};
  for (std::int64_t i = 0; i < layers; ++i)
    layers_.push_back(&layer_.add<DenseLayer>(DenseLayerOptions{
        .in = in + i * growth, .squeezed = 4 * growth, .growth = growth, .names = kNames}));
  register_module("layer", layer_);
}

DenseNetBC::Transition::Transition(std::int64_t in, std::int64_t out)
    : bn1_(in), conv1_({.in = in, .out = out, .kernel = 1}) {
  register_module("bn1", bn1_);
  register_module("conv1", conv1_);
}

Variable DenseNetBC::Transition::forward(const Variable& x) const {
  const tensor::Pool2dParams halves{.kernel = 2, .stride = 2};
  const Variable activated = bn1_.forward_relu(x);
  if (!fusion_enabled()) return autograd::avg_pool2d(conv1_(activated), halves);
  return conv1_(autograd::avg_pool2d(activated, halves));
}

DenseNetBC::Widths::Widths(const DenseNetBCOptions& o) {
  require(o.depth >= 10 && (o.depth - 4) % 6 == 0,
          "densenet-bc: depth must be 4 more than a "
          "multiple of 6 (10, 16, ..., 40, ..., 100), got ",
          o.depth);
  require(o.growth >= 1 && o.classes >= 1,
          "densenet-bc: expected growth >= 1 and classes >= 1, got ", o.growth, " and ", o.classes);
  layers = (o.depth - 4) / 6;
  stem = 2 * o.growth;
  block1 = stem + layers * o.growth;
  trans1 = block1 / 2;
  block2 = trans1 + layers * o.growth;
  trans2 = block2 / 2;
  block3 = trans2 + layers * o.growth;
}

DenseNetBC::DenseNetBC(const DenseNetBCOptions& options) : DenseNetBC(options, Widths(options)) {}

DenseNetBC::DenseNetBC(const DenseNetBCOptions& o, const Widths& w)
    : options_(o),
      conv1_({.in = o.channels, .out = w.stem, .kernel = 3, .padding = 1}),
      block1_(w.layers, w.stem, o.growth),
      trans1_(w.block1, w.trans1),
      block2_(w.layers, w.trans1, o.growth),
      trans2_(w.block2, w.trans2),
      block3_(w.layers, w.trans2, o.growth),
      bn1_(w.block3),
      fc_(w.block3, o.classes) {
  register_module("conv1", conv1_);
  register_module("block1", block1_);
  register_module("trans1", trans1_);
  register_module("block2", block2_);
  register_module("trans2", trans2_);
  register_module("block3", block3_);
  register_module("bn1", bn1_);
  register_module("fc", fc_);
}

Variable DenseNetBC::forward(const Variable& x) const {
  const Variable first = trans1_(block1_(conv1_(x)));
  const Variable last = block3_(trans2_(block2_(first)));
  return fc_(autograd::global_avg_pool(bn1_.forward_relu(last)));
}

namespace {

// Figures: FPR at 95% TPR, detection error, AUROC, AUPR-In, AUPR-Out.
std::vector<PublishedRow> densenet_rows() {
  return {
      {"CIFAR-10",
       "TinyImageNet (crop)",
       {34.7, 10.0, 95.3, 96.4, 93.8},
       {4.3, 4.7, 99.1, 99.1, 99.1}},
      {"CIFAR-10",
       "TinyImageNet (resize)",
       {40.8, 11.5, 94.1, 95.1, 92.4},
       {7.5, 6.1, 98.5, 98.6, 98.5}},
      {"CIFAR-10", "LSUN (crop)", {39.3, 10.2, 94.8, 96.0, 93.1}, {11.4, 7.2, 97.9, 98.0, 97.9}},
      {"CIFAR-10", "LSUN (resize)", {33.6, 9.8, 95.4, 96.4, 94.0}, {3.8, 4.4, 99.2, 99.3, 99.2}},
      {"CIFAR-10", "Uniform", {23.5, 5.3, 96.5, 97.8, 93.0}, {0.0, 0.5, 99.0, 100.0, 99.0}},
      {"CIFAR-10", "Gaussian", {12.3, 4.7, 97.5, 98.3, 95.9}, {0.0, 0.2, 100.0, 100.0, 100.0}},
      {"CIFAR-100",
       "TinyImageNet (crop)",
       {67.8, 36.4, 83.0, 85.3, 80.8},
       {26.9, 12.9, 94.5, 94.7, 94.5}},
      {"CIFAR-100",
       "TinyImageNet (resize)",
       {82.2, 43.6, 70.4, 71.4, 68.6},
       {57.0, 22.7, 85.5, 86.0, 84.8}},
      {"CIFAR-100", "LSUN (crop)", {69.4, 37.2, 83.7, 86.2, 80.9}, {18.6, 9.7, 96.6, 96.8, 96.5}},
      {"CIFAR-100",
       "LSUN (resize)",
       {83.3, 44.1, 70.6, 72.5, 68.0},
       {58.0, 22.3, 86.0, 87.1, 84.8}},
      {"CIFAR-100", "Uniform", {100.0, 35.9, 43.1, 63.2, 41.9}, {100.0, 17.9, 99.5, 87.5, 65.1}},
      {"CIFAR-100", "Gaussian", {100.0, 41.2, 30.6, 53.4, 37.6}, {100.0, 38.0, 40.5, 60.5, 40.9}},
  };
}

}  // namespace

const Architecture& densenet_bc() {
  static const Architecture architecture{
      .family = "densenet-bc",
      .options = "L-k",
      .example = "densenet-bc-100-12",
      .legal = "L 4 more than a multiple of 6",
      .make = [](std::span<const std::int64_t> options, std::int64_t classes,
                 const InputSize& input) -> std::unique_ptr<Module> {
        return std::make_unique<DenseNetBC>(DenseNetBCOptions{.depth = options[0],
                                                              .growth = options[1],
                                                              .classes = classes,
                                                              .channels = input.channels});
      },
      .recipes = {{.name = "paper",
                   .source = "Huang et al. 2017",
                   .epochs = 300,
                   .batch = 64,
                   .schedule = "step",
                   .milestones = {0.5, 0.75},
                   .factor = 0.1,
                   .weight_decay = 1e-4},
                  fast_recipe()},
      .published = {.family = "DenseNet",
                    .network = "DenseNet-BC-100-12",
                    .rows = densenet_rows(),
                    .epsilons = {{"TinyImageNet (crop)", 0.0014, 0.0014},
                                 {"TinyImageNet (resize)", 0.0014, 0.0028},
                                 {"LSUN (crop)", 0, 0.0028},
                                 {"LSUN (resize)", 0.0014, 0.0028},
                                 {"iSUN", 0.0014, 0.0028},
                                 {"Uniform", 0.0014, 0.0028},
                                 {"Gaussian", 0.0014, 0.0028}}}};
  return architecture;
}

}  // namespace odin::nn
