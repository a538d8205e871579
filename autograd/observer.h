#pragma once

#include <span>

#include "odin/autograd/variable.h"

namespace odin::autograd {

/// Sees the tape while it is written and while it is walked back: values and gradients that nobody
/// keeps otherwise. Where networks run on several threads at once (nn::for_each_chunk), so is the
/// observer called.
class Observer {
 public:
  virtual ~Observer() = default;
  /// An operation was recorded. `inputs` are all that it read, constants too.
  virtual void recorded(const Variable& result, std::span<const Variable> inputs) = 0;
  /// A walk back reached an operation or a leaf; `gradient` is the whole gradient of its result.
  virtual void reached(const Node& node, const Tensor& gradient) = 0;
};

/// This thread's; null where there is none.
inline constinit const tensor::Inherited<Observer*> observer{nullptr};

/// While it lives, what this thread and the threads that work for it record and walk is told to the
/// observer, and to no other.
class ObserverScope {
 public:
  explicit ObserverScope(Observer& seen_by) : scope_(observer, &seen_by) {}

 private:
  tensor::Inherited<Observer*>::Scope scope_;
};

}  // namespace odin::autograd
