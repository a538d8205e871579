#include "odin/nn/models/densenet.h"

#include <algorithm>
#include <array>
#include <string>

#include "odin/autograd/ops/pool.h"
#include "odin/nn/fusion.h"
#include "odin/nn/layers/conv_norm.h"
#include "odin/nn/models/dense_layer.h"

namespace odin::nn {
namespace {

struct DenseSizes {
  std::int64_t depth, growth;
  std::array<std::int64_t, 4> layers;
};

constexpr DenseSizes kDenseSizes[] = {
    {121, 32, {6, 12, 24, 16}},
    {161, 48, {6, 12, 36, 24}},
    {169, 32, {6, 12, 32, 32}},
    {201, 32, {6, 12, 48, 32}},
};

const DenseSizes& sizes_of(std::int64_t depth) {
  const auto found = std::find_if(std::begin(kDenseSizes), std::end(kDenseSizes),
                                  [&](const DenseSizes& s) { return s.depth == depth; });
  require(found != std::end(kDenseSizes), "densenet: expected 121, 161, 169 or 201 layers, got ",
          depth);
  return *found;
}

class DenseBlock final : public Module {
 public:
  DenseBlock(std::int64_t layers, std::int64_t in, std::int64_t growth) {
    constexpr DenseLayerNames kNames{"norm1", "conv1", "norm2", "conv2"};
    for (std::int64_t i = 0; i < layers; ++i) {
      owned_.push_back(std::make_unique<DenseLayer>(DenseLayerOptions{
          .in = in + i * growth, .squeezed = 4 * growth, .growth = growth, .names = kNames}));
      layers_.push_back(owned_.back().get());
      register_module("denselayer" + std::to_string(i + 1), *owned_.back());
    }
  }

  Variable forward(const Variable& x) const override { return dense_block(x, layers_); }

 private:
  std::vector<std::unique_ptr<DenseLayer>> owned_;
  std::vector<const DenseLayer*> layers_;
};

class Transition final : public Module {
 public:
  explicit Transition(std::int64_t in) : norm_(in), conv_({.in = in, .out = in / 2, .kernel = 1}) {
    register_module("norm", norm_);
    register_module("conv", conv_);
  }

  /// A 1x1 convolution and an average over pixels may change places: pooling first is less work.
  Variable forward(const Variable& x) const override {
    const Variable activated = norm_.forward_relu(x);
    if (!fusion_enabled()) return autograd::avg_pool2d(conv_(activated));
    return conv_(autograd::avg_pool2d(activated));
  }

 private:
  BatchNorm2d norm_;
  Conv2d conv_;
};

}  // namespace

class DenseNet::Features final : public Module {
 public:
  Features(const DenseSizes& sizes, std::int64_t channels)
      : conv0_({.in = channels, .out = 2 * sizes.growth, .kernel = 7, .stride = 2, .padding = 3}),
        norm0_(2 * sizes.growth) {
    register_module("conv0", conv0_);
    register_module("norm0", norm0_);
    std::int64_t width = 2 * sizes.growth;
    for (std::size_t i = 0; i < sizes.layers.size(); ++i) {
      const std::string number = std::to_string(i + 1);
      add("denseblock" + number,
          std::make_unique<DenseBlock>(sizes.layers[i], width, sizes.growth));
      width += sizes.layers[i] * sizes.growth;
      if (i + 1 == sizes.layers.size()) break;
      add("transition" + number, std::make_unique<Transition>(width));
      width /= 2;
    }
    norm5_ = std::make_unique<BatchNorm2d>(width);
    register_module("norm5", *norm5_);
    width_ = width;
  }

  std::int64_t width() const { return width_; }

  Variable forward(const Variable& x) const override {
    Variable y = conv_norm(conv0_, norm0_, x, tensor::Activation::relu());
    y = autograd::max_pool2d(y, {.kernel = 3, .stride = 2, .padding = 1});
    for (const auto& part : parts_) y = (*part)(y);
    return norm5_->forward_relu(y);
  }

 private:
  void add(const std::string& name, std::unique_ptr<Module> part) {
    register_module(name, *part);
    parts_.push_back(std::move(part));
  }

  Conv2d conv0_;
  BatchNorm2d norm0_;
  std::vector<std::unique_ptr<Module>> parts_;
  std::unique_ptr<BatchNorm2d> norm5_;
  std::int64_t width_ = 0;
};

DenseNet::DenseNet(std::int64_t depth, std::int64_t classes, std::int64_t channels)
    : depth_(depth),
      classes_(classes),
      channels_(channels),
      features_(std::make_unique<Features>(sizes_of(depth), channels)) {
  require(classes >= 1, "densenet: expected classes >= 1, got ", classes);
  classifier_ = std::make_unique<Linear>(features_->width(), classes);
  register_module("features", *features_);
  register_module("classifier", *classifier_);
}

DenseNet::~DenseNet() = default;

std::unique_ptr<Module> DenseNet::make_like() const {
  return std::make_unique<DenseNet>(depth_, classes_, channels_);
}

Variable DenseNet::forward(const Variable& x) const {
  return (*classifier_)(autograd::global_avg_pool((*features_)(x)));
}

const Architecture& densenet() {
  static const Architecture architecture{
      .family = "densenet",
      .options = "d",
      .example = "densenet-121",
      .legal = "d 121, 161, 169 or 201",
      .make = [](std::span<const std::int64_t> options, std::int64_t classes,
                 const InputSize& input) -> std::unique_ptr<Module> {
        return std::make_unique<DenseNet>(options[0], classes, input.channels);
      },
      .recipes = {{.name = "paper",
                   .source = "Huang et al. 2017",
                   .epochs = 90,
                   .batch = 256,
                   .schedule = "step",
                   .milestones = {1.0 / 3, 2.0 / 3},
                   .factor = 0.1,
                   .weight_decay = 1e-4},
                  fast_recipe()},
      .published = {},
      .our_name =
          [](std::string name) {
            // The published files have "denselayer1.norm.1.weight".
            const std::size_t layer = std::min(name.find("denselayer"), name.size());
            for (const char* part : {".norm.", ".conv."}) {
              const std::size_t at = name.find(part, layer);
              if (at == std::string::npos) continue;
              const std::string number = name.substr(at + 6, 2);
              if (number == "1." || number == "2.") return name.erase(at + 5, 1);
            }
            return name;
          }};
  return architecture;
}

}  // namespace odin::nn
