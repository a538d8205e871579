#pragma once

#include <vector>

#include "odin/nn/module.h"

namespace odin::nn {

struct SgdOptions {
  double momentum = 0.9;
  bool nesterov = true;
  double weight_decay = 1e-4;
};

/// Stochastic gradient descent as PyTorch defines it (its momentum buffer collects gradients, not
/// steps): g = grad + weight_decay w;  v = momentum v + g, v = g the first time;
/// w -= learning_rate (g + momentum v) with Nesterov, learning_rate v without.
class Sgd {
 public:
  Sgd(Module& module, const SgdOptions& options);

  /// One step. Parameters without a gradient are left alone.
  void step(double learning_rate);

  /// The momentum buffers under the names of their parameters, for resuming. Empty before the
  /// first step.
  StateDict state() const;
  /// Throws unless the names and shapes are those of the parameters, or there are none at all.
  void load_state(const StateDict& state);

 private:
  SgdOptions options_;
  std::vector<Module::Parameter> parameters_;
  std::vector<Tensor> velocity_;
};

}  // namespace odin::nn
