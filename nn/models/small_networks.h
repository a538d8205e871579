#pragma once

#include <memory>
#include <span>
#include <vector>

#include "odin/nn/layers/batch_norm.h"
#include "odin/nn/layers/conv2d.h"
#include "odin/nn/layers/linear.h"
#include "odin/nn/layers/sequential.h"
#include "odin/nn/models/architecture.h"
#include "odin/nn/module.h"

// Networks small enough to learn with, and for a page.

namespace odin::nn {

/// LeNet-5 (LeCun et al. 1998) as it is taught today, with ReLU and maximum pooling: two 5x5
/// convolutions of 6 and 16 channels, each followed by 2x2 pooling, then linear layers of 120, 84
/// and `classes`. Parameters "conv1", "conv2", "fc1", "fc2", "fc3". Images of one size, at least
/// 16x16: x [N,channels,H,W] -> logits [N,classes].
class LeNet5 final : public Module {
 public:
  LeNet5(std::int64_t classes, const InputSize& input);
  Variable forward(const Variable& x) const override;

 protected:
  std::unique_ptr<Module> make_like() const ODIN_CLONE_OVERRIDE {
    return std::make_unique<LeNet5>(classes_, input_);
  }

 private:
  std::int64_t classes_;
  InputSize input_;
  Conv2d conv1_, conv2_;
  Linear fc1_, fc2_, fc3_;
};

/// One 3x3 convolution, batch normalization, ReLU and 2x2 maximum pooling for each of `widths`
/// (channels), then the mean over all pixels and a linear layer: x [N,channels,H,W] -> logits
/// [N,classes]. The images need at least 2^(number of widths) pixels a side.
class ConvNet final : public Module {
 public:
  ConvNet(std::span<const std::int64_t> widths, std::int64_t classes, std::int64_t channels);
  Variable forward(const Variable& x) const override;

 protected:
  std::unique_ptr<Module> make_like() const ODIN_CLONE_OVERRIDE {
    return std::make_unique<ConvNet>(widths_, classes_, channels_);
  }

 private:
  std::vector<std::int64_t> widths_;
  std::int64_t classes_, channels_;
  Sequential layer_;
  Linear fc_;
};

// The families "lenet-5" and "convnet-c1-c2-...".
const Architecture& lenet_5();
const Architecture& convnet();

}  // namespace odin::nn
