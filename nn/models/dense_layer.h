#pragma once

#include <vector>

#include "odin/autograd/fused/dense_block.h"
#include "odin/nn/layers/batch_norm.h"
#include "odin/nn/layers/conv2d.h"
#include "odin/nn/module.h"

namespace odin::nn {

/// What the parts of a DenseNet's layer are called: "bn1", "conv1", "bn2", "conv2", or "norm1", ...
struct DenseLayerNames {
  const char *norm1, *conv1, *norm2, *conv2;
};

struct DenseLayerOptions {
  std::int64_t in, squeezed, growth;  ///< channels
  DenseLayerNames names;
};

/// A layer of a DenseNet with bottlenecks (Huang et al. 2017): appends `growth` channels,
/// conv3x3(BN-ReLU(conv1x1(BN-ReLU(x)))), to the channels of x.
class DenseLayer final : public Module {
 public:
  explicit DenseLayer(const DenseLayerOptions& options);
  Variable forward(const Variable& x) const override;

  /// Its parameters, for the fused block.
  autograd::DenseLayer parts() const;
  autograd::BatchNormOptions norm_options() const { return norm1_.options(false); }

 private:
  BatchNorm2d norm1_;
  Conv2d conv1_;
  BatchNorm2d norm2_;
  Conv2d conv2_;
};

/// The layers one after another, fused if fusion is on. At least one.
Variable dense_block(const Variable& x, const std::vector<const DenseLayer*>& layers);

}  // namespace odin::nn
