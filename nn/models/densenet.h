#pragma once

#include <memory>
#include <vector>

#include "odin/nn/layers/linear.h"
#include "odin/nn/layers/sequential.h"
#include "odin/nn/models/architecture.h"
#include "odin/nn/module.h"

namespace odin::nn {

/// DenseNet for ImageNet (Huang et al. 2017) with torchvision's parameter names: four dense blocks
/// with bottlenecks, between them a 1x1 convolution to half the channels and 2x2 average pooling.
/// x [N,channels,H,W] -> logits [N,classes].
class DenseNet final : public Module {
 public:
  /// depth: 121, 161, 169 or 201. channels: of the input images.
  DenseNet(std::int64_t depth, std::int64_t classes, std::int64_t channels);
  ~DenseNet() override;
  Variable forward(const Variable& x) const override;

 protected:
  std::unique_ptr<Module> make_like() const ODIN_CLONE_OVERRIDE;

 private:
  class Features;
  std::int64_t depth_, classes_, channels_;
  std::unique_ptr<Features> features_;
  std::unique_ptr<Linear> classifier_;
};

/// The family "densenet-d".
const Architecture& densenet();

}  // namespace odin::nn
