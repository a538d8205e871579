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
    const auto input_of = [&](std::size_t i) {
      return i < node->inputs.size() ? node->inputs[i].get() : nullptr;
    };
    const autograd::Node *a = input_of(0), *b = input_of(1);
    // A convolution's weight [O,C,KH,KW], or the matrices [...,m,k] and [...,k,n] of a product.
    if (node->name == "conv2d" && b) total += numel(node->shape) * (numel(b->shape) / b->shape[0]);
    if (node->name == "matmul" && (a || b))
      total += numel(node->shape) * (a ? a->shape[-1] : b->shape[-2]);
  }
  return total;
}

}  // namespace odin::nn
