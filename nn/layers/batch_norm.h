#pragma once

#include <array>

#include "odin/autograd/ops/norm.h"
#include "odin/nn/layers/conv2d.h"
#include "odin/nn/module.h"

namespace odin::nn {

/// Batch normalization of [N,C,H,W] (Ioffe & Szegedy 2015) with parameters "weight" (scale) and
/// "bias" (shift) and buffers "running_mean" and "running_var", all [C].
class BatchNorm2d final : public Module {
 public:
  /// In training, running = (1 - momentum) running + momentum batch statistics.
  static constexpr double kMomentum = 0.1;

  explicit BatchNorm2d(std::int64_t channels);
  Variable forward(const Variable& x) const override;
  /// relu(forward(x)), fused if fusion is on.
  Variable forward_relu(const Variable& x) const;
  /// conv(forward_relu(x)) + residual, fused if fusion is on. `residual` may be undefined: then
  /// nothing is added.
  Variable forward_relu_conv(const Variable& x, const Conv2d& conv,
                             const Variable& residual = {}) const;
  /// a(forward_relu(x)) and b(forward_relu(x)), each fused if fusion is on.
  std::array<Variable, 2> forward_relu_convs(const Variable& x, const Conv2d& a,
                                             const Conv2d& b) const;

  const Variable& weight() const { return weight_; }
  const Variable& bias() const { return bias_; }
  const autograd::RunningStats& running() const { return running_; }
  autograd::BatchNormOptions options(bool relu) const;
  double momentum() const { return momentum_; }
  void set_momentum(double momentum) { momentum_ = momentum; }

 protected:
  std::unique_ptr<Module> make_like() const ODIN_CLONE_OVERRIDE;
  void take_settings(const Module& like) ODIN_CLONE_OVERRIDE;

 private:
  Variable weight_, bias_;
  autograd::RunningStats running_;
  double momentum_ = kMomentum;
};

}  // namespace odin::nn
