#include "odin/nn/summary.h"

#include "odin/autograd/engine.h"
#include "odin/nn/fusion.h"

namespace odin::nn {

std::int64_t multiply_adds(const Module& network, const Shape& input) {
  const FusionScope plain(false);  // so that every convolution is a node of its own on the tape
  const Variable output =
      network(Variable(Tensor::zeros(input, tensor::DType::f32, network.device()), true));
  std::int64_t total = 0;
  for (const auto& node : autograd::tape(output)) {
    if (node->name != "conv2d" && node->name != "matmul") continue;
    // The second input: a convolution's weight [O,C,KH,KW], or the [in,out] of a matrix product.
    const Shape& weight = node->inputs[1]->shape;
    const std::int64_t outputs = node->name == "conv2d" ? weight[0] : weight[1];
    total += numel(node->shape) * (numel(weight) / outputs);
  }
  return total;
}

}  // namespace odin::nn
