#pragma once

#include <span>

#include "odin/autograd/variable.h"

namespace odin::autograd {

/// Receives the recorded operations and the gradients of the backward pass, for display and tests:
/// it sees intermediate values and gradients that are not stored. Must be thread-safe if a network
/// runs on several threads at once (nn::for_each_chunk).
class Observer {
 public:
  virtual ~Observer() = default;
  /// Called after an operation was recorded. `inputs` are all of its inputs, including constants.
  virtual void recorded(const Variable& result, std::span<const Variable> inputs) = 0;
  /// Called when a backward pass reaches an operation or a leaf; `gradient` is the complete
  /// gradient of its result.
  virtual void reached(const Node& node, const Tensor& gradient) = 0;
};

/// This thread's observer; null if there is none.
inline constinit const tensor::Inherited<Observer*> observer{nullptr};

/// While it lives, the observer receives what this thread and its parallel_for workers record and
/// differentiate, instead of any outer observer.
class ObserverScope {
 public:
  explicit ObserverScope(Observer& seen_by) : scope_(observer, &seen_by) {}

 private:
  tensor::Inherited<Observer*>::Scope scope_;
};

}  // namespace odin::autograd
