#include "odin/nn/models/mobilenet.h"

#include "odin/autograd/ops/elementwise.h"
#include "odin/autograd/ops/pool.h"
#include "odin/nn/layers/conv_norm.h"
#include "odin/nn/layers/identity.h"

namespace odin::nn {
namespace {

const tensor::Activation kRelu6 = tensor::Activation::clip(0, 6);

/// Convolution, batch normalization and ReLU6, named "0" and "1".
class ConvNormRelu6 final : public Module {
 public:
  explicit ConvNormRelu6(const Conv2dOptions& o) : conv_(o), norm_(o.out) {
    register_module("0", conv_);
    register_module("1", norm_);
  }
  Variable forward(const Variable& x) const override { return conv_norm(conv_, norm_, x, kRelu6); }
  ConvNorm layers() const { return {conv_, norm_, kRelu6}; }

 private:
  Conv2d conv_;
  BatchNorm2d norm_;
};

class InvertedResidual final : public Module {
 public:
  InvertedResidual(std::int64_t in, std::int64_t out, std::int64_t stride, std::int64_t expansion)
      : adds_(in == out && stride == 1) {
    const std::int64_t inner = in * expansion;
    if (expansion > 1)
      widen_ = &conv_.add<ConvNormRelu6>(Conv2dOptions{.in = in, .out = inner, .kernel = 1});
    depthwise_ = &conv_.add<ConvNormRelu6>(
        Conv2dOptions{.in = inner, .out = inner, .stride = stride, .padding = 1, .groups = inner});
    project_ = &conv_.add<Conv2d>(Conv2dOptions{.in = inner, .out = out, .kernel = 1});
    norm_ = &conv_.add<BatchNorm2d>(out);
    register_module("conv", conv_);
  }

  Variable forward(const Variable& x) const override {
    const Variable y =
        widen_ ? conv_norm_pair(widen_->layers(), depthwise_->layers(), x) : (*depthwise_)(x);
    return conv_norm(*project_, *norm_, y, {}, adds_ ? x : Variable());
  }

 private:
  bool adds_;
  Sequential conv_;
  const ConvNormRelu6 *widen_ = nullptr, *depthwise_ = nullptr;
  const Conv2d* project_ = nullptr;
  const BatchNorm2d* norm_ = nullptr;
};

/// Blocks of one stage: expansion, channels, number, stride of the first.
struct Stage {
  std::int64_t expansion, channels, blocks, stride;
};
constexpr Stage kStagesOfV2[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                                 {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
constexpr std::int64_t kFirst = 32, kLast = 1280;

}  // namespace

MobileNetV2::MobileNetV2(std::int64_t classes, std::int64_t channels)
    : classes_(classes), channels_(channels) {
  require(classes >= 1, "mobilenet-v2: expected classes >= 1, got ", classes);
  features_.add<ConvNormRelu6>(
      Conv2dOptions{.in = channels, .out = kFirst, .stride = 2, .padding = 1});
  std::int64_t in = kFirst;
  for (const Stage& stage : kStagesOfV2)
    for (std::int64_t i = 0; i < stage.blocks; ++i) {
      features_.add<InvertedResidual>(in, stage.channels, i == 0 ? stage.stride : 1,
                                      stage.expansion);
      in = stage.channels;
    }
  features_.add<ConvNormRelu6>(Conv2dOptions{.in = in, .out = kLast, .kernel = 1});
  classifier_.add<Identity>();  // dropout, in training elsewhere
  classifier_.add<Linear>(kLast, classes);
  register_module("features", features_);
  register_module("classifier", classifier_);
}

Variable MobileNetV2::forward(const Variable& x) const {
  return classifier_(autograd::global_avg_pool(features_(x)));
}

const Architecture& mobilenet_v2() {
  static const Architecture architecture{
      .family = "mobilenet-v2",
      .options = "",
      .example = "mobilenet-v2",
      .legal = "",
      .make = [](std::span<const std::int64_t>, std::int64_t classes,
                 const InputSize& input) -> std::unique_ptr<Module> {
        return std::make_unique<MobileNetV2>(classes, input.channels);
      },
      .recipes = {{.name = "paper",
                   .source = "Sandler et al. 2018",
                   .epochs = 300,
                   .batch = 96,
                   .schedule = "cosine",
                   .milestones = {},
                   .weight_decay = 4e-5},
                  fast_recipe()},
      .published = {}};
  return architecture;
}

}  // namespace odin::nn
