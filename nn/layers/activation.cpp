#include "odin/nn/layers/activation.h"

#include "odin/autograd/ops/elementwise.h"

namespace odin::nn {

Variable ReLU::forward(const Variable& x) const { return autograd::relu(x); }

}  // namespace odin::nn
