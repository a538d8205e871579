#pragma once

#include "odin/tensor/tensor.h"

namespace odin::nn {

/// While it lives, modules that this thread makes have parameters and buffers of their shapes but
/// next to no memory: all elements of a tensor are one and the same in memory. Such a module tells the
/// names, the shapes and the number of its parameters, however large it is; it must not be
/// initialised, loaded, trained or run.
class ShapesOnlyScope {
 public:
  ShapesOnlyScope();
  ~ShapesOnlyScope();
  ShapesOnlyScope(const ShapesOnlyScope&) = delete;
  ShapesOnlyScope& operator=(const ShapesOnlyScope&) = delete;

 private:
  bool previous_;
};

/// What a module's constructor makes its parameters and buffers with: float32 elements that are all
/// `value`, or one such element that stands for all of them inside a ShapesOnlyScope.
tensor::Tensor filled(const tensor::Shape& shape, double value);

}  // namespace odin::nn
