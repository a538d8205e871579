#pragma once

#include "odin/tensor/inherited.h"

// What is recorded on the tape. These settings are thread-local; parallel_for workers inherit them
// (odin/tensor/inherited.h).

namespace odin::autograd {

class Variable;
struct Node;

/// Which parameters of networks (leaves registered by a module) get gradients.
struct ParameterFilter {
  bool all = true;
  const Node* only = nullptr;  ///< if not all: the only one that does, or null for none
};

inline constinit const tensor::Inherited<bool> recording{true};
inline constinit const tensor::Inherited<ParameterFilter> parameter_filter{ParameterFilter{}};

/// While it lives, no operation is recorded, and results need no gradient.
class NoGradScope {
  tensor::Inherited<bool>::Scope scope_{recording, false};
};

/// While it lives, no parameter of any network gets a gradient: for gradients with respect to the
/// input only, without the time and memory for those of the weights. It must be open during the
/// forward pass.
class FrozenParametersScope {
  tensor::Inherited<ParameterFilter>::Scope scope_{parameter_filter, {.all = false}};
};

/// While it lives, only the given parameter gets a gradient, and no other parameter.
class OnlyParameterScope {
 public:
  explicit OnlyParameterScope(const Variable& parameter);

 private:
  tensor::Inherited<ParameterFilter>::Scope scope_;
};

/// Whether an operation on v would be recorded now. Ask before saving a tensor for a gradient rule:
/// it is often needed only if a certain input needs a gradient.
bool needs_grad(const Variable& v);

}  // namespace odin::autograd
