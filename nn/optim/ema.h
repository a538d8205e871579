#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "odin/nn/module.h"

namespace odin::nn {

/// Exponential moving averages of a module's state during training: update t = 0, 1, ... sets each
/// average to d average + (1 - d) value, with d = min(decay, (1 + t) / (10 + t)), so that the
/// initial values are forgotten quickly. Integers are copied, not averaged. Not thread-safe.
class Ema {
 public:
  /// Averages a module's parameters and running statistics. The module must outlive the Ema.
  Ema(const Module& module, double decay);
  /// Averages these parameters. They must not move to another device afterwards.
  Ema(std::vector<Module::Parameter> parameters, double decay);

  /// To be called after each step of the optimizer.
  void update();

  /// The averages by name. Handles that share memory with the Ema, not copies.
  const StateDict& average() const { return average_; }
  /// Loads the averages into another module of the same architecture, to evaluate or save it.
  void copy_to(Module& other) const;

  /// For resuming: the averages by name, and "updates", the number of updates so far. Handles that
  /// share memory with the Ema, not copies.
  StateDict state() const;
  /// Throws, and changes nothing, unless the names, shapes and types are those of state().
  void load_state(const StateDict& state);

 private:
  Ema(std::function<StateDict()> values, double decay);

  std::function<StateDict()> values_;
  double decay_;
  std::int64_t updates_ = 0;
  StateDict average_;
};

}  // namespace odin::nn
