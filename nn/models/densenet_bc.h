#pragma once

#include <vector>

#include "odin/autograd/fused/dense_block.h"
#include "odin/nn/layers/batch_norm.h"
#include "odin/nn/layers/conv2d.h"
#include "odin/nn/layers/linear.h"
#include "odin/nn/layers/sequential.h"
#include "odin/nn/models/architecture.h"
#include "odin/nn/module.h"

namespace odin::nn {

struct DenseNetBCOptions {
  std::int64_t depth;   ///< L: 4 more than a multiple of 6
  std::int64_t growth;  ///< k: channels that each layer adds
  std::int64_t classes;
  std::int64_t channels = 3;  ///< of the pictures
};

/// DenseNet-BC for small images (Huang et al. 2017): three blocks of (L-4)/6 layers, each of which
/// reads everything before it in its block and adds k channels; between blocks half the channels
/// and half the resolution. x [N,channels,H,W] -> logits [N,classes].
class DenseNetBC final : public Module {
 public:
  explicit DenseNetBC(const DenseNetBCOptions& options);
  Variable forward(const Variable& x) const override;
  const DenseNetBCOptions& options() const { return options_; }

  /// Channels along the way.
  struct Widths {
    explicit Widths(const DenseNetBCOptions& options);
    std::int64_t layers, stem, block1, trans1, block2, trans2, block3;
  };

 private:
  /// BN-ReLU-conv1x1(4k)-BN-ReLU-conv3x3(k), joined to its input.
  class Bottleneck final : public Module {
   public:
    Bottleneck(std::int64_t in, std::int64_t growth);
    Variable forward(const Variable& x) const override;
    autograd::DenseLayer parts() const;
    /// Of every layer of the block alike.
    autograd::BatchNormOptions norm_options() const { return bn1_.options(false); }

   private:
    BatchNorm2d bn1_;
    Conv2d conv1_;
    BatchNorm2d bn2_;
    Conv2d conv2_;
  };

  class Block final : public Module {
   public:
    Block(std::int64_t layers, std::int64_t in, std::int64_t growth);
    Variable forward(const Variable& x) const override;

   private:
    Sequential layer_;
    std::vector<const Bottleneck*> bottlenecks_;
  };

  /// BN-ReLU-conv1x1-avgpool2. Both are linear, so with fusion on the pooling goes first: a quarter
  /// of the products are left.
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

/// "densenet-bc-L-k"
const Architecture& densenet_bc();

}  // namespace odin::nn
