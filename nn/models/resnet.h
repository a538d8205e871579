#pragma once

#include <memory>
#include <optional>

#include "odin/nn/layers/batch_norm.h"
#include "odin/nn/layers/conv2d.h"
#include "odin/nn/layers/linear.h"
#include "odin/nn/layers/sequential.h"
#include "odin/nn/models/architecture.h"
#include "odin/nn/module.h"

namespace odin::nn {

struct ResNetOptions {
  std::int64_t depth;      ///< 18, 34, 50, 101 or 152
  std::int64_t width = 1;  ///< the bottlenecks' inner channels are multiplied by it
  /// The beginning for images of 32x32, as OpenOOD's and other CIFAR networks have it: a 3x3
  /// convolution instead of one of 7x7 with stride 2 and pooling.
  bool small_images = false;
  std::int64_t classes;
  std::int64_t channels = 3;  ///< of the input images
};

/// ResNet (He et al. 2016) with torchvision's parameter names: four stages of residual blocks with
/// 64, 128, 256 and 512 channels; from 50 layers on blocks are bottlenecks with four times as many
/// outputs. The stride is in the 3x3 convolution. x [N,channels,H,W] -> logits [N,classes].
class ResNet final : public Module {
 public:
  explicit ResNet(const ResNetOptions& options);
  Variable forward(const Variable& x) const override;

 protected:
  std::unique_ptr<Module> make_like() const ODIN_CLONE_OVERRIDE {
    return std::make_unique<ResNet>(options_);
  }

 private:
  ResNetOptions options_;
  Conv2d conv1_;
  BatchNorm2d bn1_;
  Sequential layer1_, layer2_, layer3_, layer4_;
  std::unique_ptr<Linear> fc_;
};

// The families "resnet-d", "wide-resnet-d-w" and, for images of 32x32, "resnet-d-32".
const Architecture& resnet();
const Architecture& wide_resnet_bottleneck();
const Architecture& resnet_32();

}  // namespace odin::nn
