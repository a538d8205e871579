#pragma once

#include "odin/tensor/inherited.h"

// What is written on the tape: a setting of the thread, and of the threads that work for it.

namespace odin::autograd {

class Variable;
struct Node;

/// Which parameters of networks (leaves that a module registered) get gradients.
struct ParameterFilter {
  bool all = true;
  const Node* only = nullptr;  ///< where not all do: this one, or none
};

inline constinit const tensor::Inherited<bool> recording{true};
inline constinit const tensor::Inherited<ParameterFilter> parameter_filter{ParameterFilter{}};

/// While it lives, nothing is recorded.
class NoGradScope {
  tensor::Inherited<bool>::Scope scope_{recording, false};
};

/// While it lives, no parameter of any network needs a gradient: a gradient with respect to the
/// input is computed without those of the weights, and nothing is saved for them.
class FrozenParametersScope {
  tensor::Inherited<ParameterFilter>::Scope scope_{parameter_filter, {.all = false}};
};

/// The same for all parameters but one.
class OnlyParameterScope {
 public:
  explicit OnlyParameterScope(const Variable& parameter);

 private:
  tensor::Inherited<ParameterFilter>::Scope scope_;
};

/// Whether an operation on v would be recorded now. What a gradient rule saves for one input is
/// often only needed if another one wants a gradient: ask before saving.
bool needs_grad(const Variable& v);

}  // namespace odin::autograd
