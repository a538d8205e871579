#pragma once

#include "odin/autograd/ops/norm.h"
#include "odin/nn/module.h"

namespace odin::nn {

/// Batch normalisation of [N,C,H,W]: parameters "weight" (scale) and "bias" (shift), buffers
/// "running_mean" and "running_var", all [C].
class BatchNorm2d final : public Module {
 public:
  explicit BatchNorm2d(std::int64_t channels);
  Variable forward(const Variable& x) override;
  /// relu(forward(x)), in one pass if fusion is on.
  Variable forward_relu(const Variable& x);

 private:
  autograd::BatchNormOptions options(bool relu) const;

  Variable weight_, bias_;
  autograd::RunningStats running_;
};

}  // namespace odin::nn
