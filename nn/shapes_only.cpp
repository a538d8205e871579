#include "odin/nn/shapes_only.h"

#include <utility>

namespace odin::nn {
namespace {

thread_local bool shapes_only = false;

}  // namespace

ShapesOnlyScope::ShapesOnlyScope() : previous_(std::exchange(shapes_only, true)) {}
ShapesOnlyScope::~ShapesOnlyScope() { shapes_only = previous_; }

tensor::Tensor filled(const tensor::Shape& shape, double value) {
  using tensor::Tensor;
  return shapes_only ? Tensor::scalar(value).expand(shape) : Tensor::full(shape, value);
}

}  // namespace odin::nn
