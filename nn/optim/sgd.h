#pragma once

#include <span>
#include <vector>

#include "odin/nn/module.h"

namespace odin::nn {

struct SgdOptions {
  double momentum = 0.9;
  bool nesterov = true;
  double weight_decay = 1e-4;
  /// Whether weight decay also applies to parameters of rank 0 and 1 (scales and shifts of batch
  /// normalization, biases). It does by default, as in PyTorch.
  bool decay_norms = true;
};

/// Stochastic gradient descent as in PyTorch: the momentum buffer accumulates gradients, not steps.
/// The formula is at tensor::sgd_step_. Not thread-safe.
class Sgd {
 public:
  /// Optimizes these parameters in place. They must not move to another device afterwards. Throws
  /// unless all are leaves that require a gradient and their names differ.
  Sgd(std::vector<Module::Parameter> parameters, const SgdOptions& options);
  /// All parameters of a module.
  Sgd(const Module& module, const SgdOptions& options);
  /// Variables that belong to no module, named "0", "1", ... in the order given.
  Sgd(const std::vector<Variable>& variables, const SgdOptions& options);

  /// One step. Parameters without a gradient do not change.
  void step(double learning_rate);

  /// Clears the gradients of the parameters. To be called before each backward pass.
  void zero_grad();

  /// For resuming: the momentum buffers by parameter name, 0 for a parameter that never had a
  /// gradient. Empty before the first step.
  StateDict state() const;
  /// Throws unless `state` is empty or its names, shapes and dtypes are those of the parameters.
  void load_state(const StateDict& state);

 private:
  SgdOptions options_;
  std::vector<Module::Parameter> parameters_;
  std::vector<Tensor> velocity_;
};

/// Multiplies the gradients of all these leaves by max_norm / (norm + 1e-6) if that is below 1, as
/// PyTorch's clip_grad_norm_ does. Returns the norm before clipping: the square root of the sum of
/// the squares of all gradient elements. If it is not finite, the gradients do not change.
double clip_gradients(std::span<const Variable> leaves, double max_norm);
/// For all parameters of the module.
double clip_gradients(const Module& module, double max_norm);

}  // namespace odin::nn
