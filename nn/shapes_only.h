#pragma once

#include "odin/tensor/inherited.h"
#include "odin/tensor/tensor.h"

namespace odin::nn {

inline constinit const tensor::Inherited<bool> shapes_only{false};

/// While it lives, modules that are made have parameters and buffers of their shapes but
/// next to no memory: all elements of a tensor are one and the same in memory. Such a module tells the
/// names, the shapes and the number of its parameters, however large it is; it must not be
/// initialised, loaded, trained or run.
class ShapesOnlyScope {
  tensor::Inherited<bool>::Scope scope_{shapes_only, true};
};

/// What a module's constructor makes its parameters and buffers with: float32 elements that are all
/// `value`, or one such element that stands for all of them inside a ShapesOnlyScope.
tensor::Tensor filled(const tensor::Shape& shape, double value);

}  // namespace odin::nn
