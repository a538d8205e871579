#pragma once

#include <optional>

#include "odin/nn/layers/batch_norm.h"
#include "odin/nn/layers/conv2d.h"
#include "odin/nn/layers/linear.h"
#include "odin/nn/layers/sequential.h"
#include "odin/nn/models/architecture.h"
#include "odin/nn/module.h"

namespace odin::nn {

struct WideResNetOptions {
  std::int64_t depth;  ///< d: 4 more than a multiple of 6
  std::int64_t width;  ///< w: the groups have 16w, 32w and 64w channels
  std::int64_t classes;
  std::int64_t channels = 3;  ///< of the input images
};

/// Wide ResNet (Zagoruyko & Komodakis 2016): three groups of (d-4)/6 pre-activation blocks with
/// 16w, 32w and 64w channels; the second and the third group each halve the resolution. x
/// [N,channels,H,W] -> logits [N,classes].
class WideResNet final : public Module {
 public:
  explicit WideResNet(const WideResNetOptions& options);
  Variable forward(const Variable& x) const override;

 protected:
  std::unique_ptr<Module> make_like() const ODIN_CLONE_OVERRIDE {
    return std::make_unique<WideResNet>(options_);
  }

 private:
  /// x + conv(BN-ReLU(conv(BN-ReLU(x)))). Where channels or resolution change, the shortcut is a
  /// 1x1 convolution of the activated input instead of x itself.
  class Block final : public Module {
   public:
    Block(std::int64_t in, std::int64_t out, std::int64_t stride);
    Variable forward(const Variable& x) const override;

   private:
    BatchNorm2d bn1_;
    Conv2d conv1_;
    BatchNorm2d bn2_;
    Conv2d conv2_;
    std::optional<Conv2d> shortcut_;
  };

  class Group final : public Module {
   public:
    Group(std::int64_t blocks, std::int64_t in, std::int64_t out, std::int64_t stride);
    Variable forward(const Variable& x) const override { return layer_(x); }

   private:
    Sequential layer_;
  };

  WideResNetOptions options_;
  Conv2d conv1_;
  Group block1_, block2_, block3_;
  BatchNorm2d bn1_;
  Linear fc_;
};

/// The family "wrn-d-w".
const Architecture& wide_resnet();

}  // namespace odin::nn
