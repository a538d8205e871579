#include "odin/nn/shapes_only.h"

namespace odin::nn {

tensor::Tensor filled(const tensor::Shape& shape, double value) {
  using tensor::Tensor;
  return shapes_only.get() ? Tensor::scalar(value).expand(shape) : Tensor::full(shape, value);
}

}  // namespace odin::nn
