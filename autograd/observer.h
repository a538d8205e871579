#pragma once

#include <span>

#include "odin/autograd/variable.h"

namespace odin::autograd {

/// Sees the tape while it is written and while it is walked back: values and gradients that nobody
/// keeps otherwise.
class Observer {
 public:
  virtual ~Observer() = default;
  /// An operation was recorded. `inputs` are all that it read, constants too.
  virtual void recorded(const Variable& result, std::span<const Variable> inputs) = 0;
  /// A walk back reached an operation or a leaf; `gradient` is the whole gradient of its result.
  virtual void reached(const Node& node, const Tensor& gradient) = 0;
};

/// While it lives, what this thread records and walks is told to the observer, and to no other.
class ObserverScope {
 public:
  explicit ObserverScope(Observer& observer);
  ~ObserverScope();
  ObserverScope(const ObserverScope&) = delete;
  ObserverScope& operator=(const ObserverScope&) = delete;

 private:
  Observer* previous_;
};

/// This thread's; null where there is none.
Observer* observer();

}  // namespace odin::autograd
