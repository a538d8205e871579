#pragma once

#include <span>
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
  /// Moves these parameters, which share memory with those given: a parameter must not move to another
  /// device afterwards. Throws unless all are leaves that require a gradient, of different names.
  Sgd(std::vector<Module::Parameter> parameters, const SgdOptions& options);
  /// All parameters of a module.
  Sgd(const Module& module, const SgdOptions& options);
  /// Variables that belong to no module, named "0", "1", ... in the order given.
  Sgd(const std::vector<Variable>& variables, const SgdOptions& options);

  /// One step. Parameters without a gradient are left alone.
  void step(double learning_rate);

  /// Forgets the gradients of the parameters, as is due before each backward pass.
  void zero_grad();

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

/// Scales the gradients of all these leaves by max_norm / (norm + 1e-6) where that is below 1, as PyTorch's
/// clip_grad_norm_ does, and returns the norm as it was: the root of the sum of the squares of all
/// their elements. Where the norm is not finite the gradients stay as they are.
double clip_gradients(std::span<const Variable> leaves, double max_norm);
/// Of all parameters of the module.
double clip_gradients(const Module& module, double max_norm);

}  // namespace odin::nn
