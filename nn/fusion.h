#pragma once

#include "odin/tensor/inherited.h"

namespace odin::nn {

/// Whether layers use fused operations (autograd/fused/), which compute several consecutive
/// operations, such as batch normalization and ReLU, in one pass over memory. On by default. When
/// off, every operation runs on its own; tests compare the fused path with this plain path.
inline constinit const tensor::Inherited<bool> fusion{true};

inline bool fusion_enabled() { return fusion.get(); }

/// Turns fusion on or off in this thread and its worker threads until the scope ends.
class FusionScope {
 public:
  explicit FusionScope(bool enabled) : scope_(fusion, enabled) {}

 private:
  tensor::Inherited<bool>::Scope scope_;
};

}  // namespace odin::nn
