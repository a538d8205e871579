#pragma once

#include <vector>

#include "odin/nn/module.h"

namespace odin::nn {

struct SgdOptions {
  double momentum = 0.9;
  bool nesterov = true;
  double weight_decay = 1e-4;
  /// Whether weight decay acts on parameters of rank 1 and below too: the scales and shifts of batch
  /// normalisation, and biases. PyTorch's default is that it does.
  bool decay_norms = true;
};

/// Stochastic gradient descent as PyTorch defines it (its momentum buffer collects gradients, not
/// steps): tensor::sgd_step_ has the formula.
class Sgd {
 public:
  Sgd(const Module& module, const SgdOptions& options);

  /// One step. Parameters without a gradient are left alone.
  void step(double learning_rate);

  /// The momentum buffers under the names of their parameters, for resuming: 0 for one that never
  /// had a gradient. Empty before the first step.
  StateDict state() const;
  /// Throws unless the names, shapes and types are those of the parameters, or there are none at
  /// all.
  void load_state(const StateDict& state);

 private:
  SgdOptions options_;
  std::vector<Module::Parameter> parameters_;
  std::vector<Tensor> velocity_;
};

/// Scales all gradients of the module by max_norm / (norm + 1e-6) where that is below 1, as PyTorch's
/// clip_grad_norm_ does, and returns the norm as it was: the root of the sum of the squares of all
/// their elements. Where the norm is not finite the gradients stay as they are.
double clip_gradients(const Module& module, double max_norm);

}  // namespace odin::nn
