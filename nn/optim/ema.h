#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "odin/nn/module.h"

namespace odin::nn {

/// Averages of values that change from step to step, in which older values count
/// exponentially less: update t = 0, 1, ... makes each average d average + (1 - d) value, with
/// d = min(decay, (1 + t) / (10 + t)), so that the first values, which are the module's at the start,
/// are soon forgotten. Integers are copied.
class Ema {
 public:
  /// Of a module's parameters and running statistics. The module must outlive the averages.
  Ema(const Module& module, double decay);
  /// Of these parameters, which must not move to another device afterwards.
  Ema(std::vector<Module::Parameter> parameters, double decay);

  /// After each step of the optimiser.
  void update();

  /// The averages by name. Handles to the live tensors, not copies.
  const StateDict& average() const { return average_; }
  /// Puts a module's averages into another one of the same architecture, to evaluate or save it.
  void copy_to(Module& other) const;

  /// The averages under the names of what they average, and "updates", how many there were. Handles
  /// to the live tensors, not copies.
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
