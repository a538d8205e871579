#pragma once

#include "odin/tensor/inherited.h"

namespace odin::nn {

/// Whether layers use fused operations (autograd/fused/), which do the work of several neighbouring
/// ones, batch normalization and ReLU say, in one pass over memory. On by default; without it
/// every operation runs on its own, which is the plain path that tests compare the fused one with.
inline constinit const tensor::Inherited<bool> fusion{true};

inline bool fusion_enabled() { return fusion.get(); }

/// Turns fusion on or off for this thread, and the threads that work for it, while it lives.
class FusionScope {
 public:
  explicit FusionScope(bool enabled) : scope_(fusion, enabled) {}

 private:
  tensor::Inherited<bool>::Scope scope_;
};

}  // namespace odin::nn
