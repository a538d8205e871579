#include "odin/nn/layers/linear.h"

#include "odin/autograd/ops/matmul.h"
#include "odin/nn/features.h"
#include "odin/nn/shapes_only.h"

namespace odin::nn {

Linear::Linear(std::int64_t in, std::int64_t out)
    : weight_(filled({out, in}, 0), true, "weight"), bias_(filled({out}, 0), true, "bias") {
  register_parameter("weight", weight_, Initial::by_inputs(in));
  register_parameter("bias", bias_, Initial::by_inputs(in));
}

std::unique_ptr<Module> Linear::make_like() const {
  return std::make_unique<Linear>(weight_.dim(1), weight_.dim(0));
}

Variable Linear::forward(const Variable& x) const {
  const Variable y = autograd::linear(x, weight_, bias_);
  note_linear(x, weight_, bias_, y);
  return y;
}

}  // namespace odin::nn
