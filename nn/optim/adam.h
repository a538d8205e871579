#pragma once

#include <vector>

#include "odin/nn/module.h"

namespace odin::nn {

struct AdamOptions {
  double beta1 = 0.9, beta2 = 0.999;  ///< how long the two means remember
  double epsilon = 1e-8;
  double weight_decay = 0;
  /// AdamW: the weight decay is a step of its own, not a part of the gradient.
  bool decoupled = false;
};

/// Adam (Kingma & Ba 2015) and, with options.decoupled, AdamW (Loshchilov & Hutter 2019), as in
/// PyTorch. In step t, with gradient g:
///   m = beta1 m + (1 - beta1) g,  v = beta2 v + (1 - beta2) g^2,
///   w = w - learning_rate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon).
/// Weight decay adds weight_decay w to g, or, decoupled, subtracts learning_rate weight_decay w from
/// w before the step. Not thread-safe.
class Adam {
 public:
  /// Optimizes these parameters in place. They must not move to another device afterwards. Throws
  /// unless all are leaves that require a gradient and their names differ.
  Adam(std::vector<Module::Parameter> parameters, const AdamOptions& options = {});
  /// All parameters of a module.
  explicit Adam(const Module& module, const AdamOptions& options = {});
  /// Variables that belong to no module.
  explicit Adam(const std::vector<Variable>& variables, const AdamOptions& options = {});

  /// One step. Parameters without a gradient do not change.
  void step(double learning_rate);

  /// Clears the gradients of the parameters. To be called before each backward pass.
  void zero_grad();

  /// Copies of "<parameter>.mean", ".square" (of its shape) and ".steps" (int64 [1]) of each
  /// parameter that has made a step, under its name.
  StateDict state() const;
  /// Goes on from a state() of the same parameters. Throws, and changes nothing, unless every entry
  /// belongs to a parameter and has its shape and dtype, and none is missing of those that it has.
  void load_state(const StateDict& state);

 private:
  /// The means of a parameter, undefined before its first step, and the number of its steps.
  struct Means {
    Tensor gradient, square;
    std::int64_t steps = 0;
  };
  void step(const Variable& parameter, Means& means, double learning_rate) const;

  AdamOptions options_;
  std::vector<Module::Parameter> parameters_;
  std::vector<Means> means_;
};

}  // namespace odin::nn
