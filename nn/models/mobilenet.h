#pragma once

#include <memory>

#include "odin/nn/layers/linear.h"
#include "odin/nn/layers/sequential.h"
#include "odin/nn/models/architecture.h"
#include "odin/nn/module.h"

namespace odin::nn {

/// MobileNetV2 (Sandler et al. 2018) with torchvision's parameter names: inverted residual blocks,
/// each a 1x1 convolution to more channels, a depthwise 3x3 one, and a 1x1 one to few channels. x
/// [N,channels,H,W] -> logits [N,classes].
class MobileNetV2 final : public Module {
 public:
  /// channels: of the input images.
  MobileNetV2(std::int64_t classes, std::int64_t channels);
  Variable forward(const Variable& x) const override;

 protected:
  std::unique_ptr<Module> make_like() const ODIN_CLONE_OVERRIDE {
    return std::make_unique<MobileNetV2>(classes_, channels_);
  }

 private:
  std::int64_t classes_, channels_;
  Sequential features_;
  Sequential classifier_;
};

/// The family "mobilenet-v2", which has one network.
const Architecture& mobilenet_v2();

}  // namespace odin::nn
