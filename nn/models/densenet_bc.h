#pragma once

#include <vector>

#include "odin/autograd/fused/dense_block.h"
#include "odin/nn/layers/batch_norm.h"
#include "odin/nn/layers/conv2d.h"
#include "odin/nn/layers/linear.h"
#include "odin/nn/layers/sequential.h"
#include "odin/nn/models/architecture.h"
#include "odin/nn/models/dense_layer.h"
#include "odin/nn/module.h"

namespace odin::nn {

struct DenseNetBCOptions {
  std::int64_t depth;   ///< L: 4 more than a multiple of 6
  std::int64_t growth;  ///< k: channels that each layer adds
  std::int64_t classes;
  std::int64_t channels = 3;  ///< of the input images
};

/// DenseNet-BC for small images (Huang et al. 2017): three blocks of (L-4)/6 layers. Each layer
/// reads the block's input and the outputs of all earlier layers in the block, and adds k channels.
/// A transition between blocks halves the channels and the resolution. x [N,channels,H,W] -> logits
/// [N,classes].
class DenseNetBC final : public Module {
 public:
  explicit DenseNetBC(const DenseNetBCOptions& options);
  Variable forward(const Variable& x) const override;
  const DenseNetBCOptions& options() const { return options_; }

  /// Number of layers in a block, and of channels after each stage.
  struct Widths {
    explicit Widths(const DenseNetBCOptions& options);
    std::int64_t layers, stem, block1, trans1, block2, trans2, block3;
  };

 protected:
  std::unique_ptr<Module> make_like() const ODIN_CLONE_OVERRIDE {
    return std::make_unique<DenseNetBC>(options_);
  }

 private:
  class Block final : public Module {
   public:
    Block(std::int64_t layers, std::int64_t in, std::int64_t growth);
    Variable forward(const Variable& x) const override { return dense_block(x, layers_); }

   private:
    Sequential layer_;
    std::vector<const DenseLayer*> layers_;
  };

  /// BN-ReLU-conv1x1-avgpool2. Convolution and pooling are linear and commute, so with fusion on
  /// the pooling comes first, which leaves a quarter of the multiplications.
  class Transition final : public Module {
   public:
    Transition(std::int64_t in, std::int64_t out);
    Variable forward(const Variable& x) const override;

   private:
    BatchNorm2d bn1_;
    Conv2d conv1_;
  };

  DenseNetBC(const DenseNetBCOptions& options, const Widths& widths);

  DenseNetBCOptions options_;
  Conv2d conv1_;
  Block block1_;
  Transition trans1_;
  Block block2_;
  Transition trans2_;
  Block block3_;
  BatchNorm2d bn1_;
  Linear fc_;
};

/// The family "densenet-bc-L-k".
const Architecture& densenet_bc();

}  // namespace odin::nn
