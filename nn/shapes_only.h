#pragma once

#include "odin/tensor/inherited.h"
#include "odin/tensor/tensor.h"

namespace odin::nn {

inline constinit const tensor::Inherited<bool> shapes_only{false};

/// Modules made while the scope lives have parameters and buffers of the right shapes but use
/// almost no memory: all elements of a tensor share one (stride 0). Such a module reports the
/// names, shapes and number of its parameters, however large it is; until take_state_dict() gives it
/// tensors it must not be initialized, loaded, trained or run.
class ShapesOnlyScope {
  tensor::Inherited<bool>::Scope scope_{shapes_only, true};
};

/// A float32 tensor filled with `value`; inside a ShapesOnlyScope all its elements share one. The
/// constructors of modules make their parameters and buffers with it.
tensor::Tensor filled(const tensor::Shape& shape, double value);

}  // namespace odin::nn
