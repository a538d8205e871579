#include "odin/nn/layers/linear.h"

#include "odin/autograd/ops/matmul.h"

namespace odin::nn {

Linear::Linear(std::int64_t in, std::int64_t out)
    : weight_(Tensor::zeros({out, in}), true, "weight"), bias_(Tensor::zeros({out}), true, "bias") {
  register_parameter("weight", weight_);
  register_parameter("bias", bias_);
}

Variable Linear::forward(const Variable& x) const { return autograd::linear(x, weight_, bias_); }

}  // namespace odin::nn
