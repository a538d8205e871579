#include "odin/nn/shapes_only.h"

namespace odin::nn {

tensor::Tensor filled(const tensor::Shape& shape, double value) {
  using tensor::Tensor;
  // A bias has to be contiguous, and takes little memory.
  return shapes_only.get() && shape.rank() > 1 ? Tensor::scalar(value).expand(shape)
                                               : Tensor::full(shape, value);
}

}  // namespace odin::nn
