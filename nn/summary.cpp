#include "odin/nn/summary.h"

#include <optional>

#include "odin/autograd/engine.h"
#include "odin/nn/fusion.h"
#include "odin/nn/shapes_only.h"
#include "odin/tensor/backend/backend.h"

namespace odin::nn {
namespace {

template <class Result, class... Parameters>
void leave_out(Result (*&function)(Parameters...)) {
  function = [](Parameters...) { return Result(); };
}

/// Computes nothing: results have their shapes, and whatever their memory held.
tensor::Backend idle_backend() {
  static_assert(tensor::kBackendFunctions == 34, "each function of the backend is below");
  tensor::Backend b{};
  b.name = "idle";
  const auto leave_out_all = [](auto&... functions) { (leave_out(functions), ...); };
  leave_out_all(b.fill, b.copy, b.unary, b.binary, b.select, b.affine, b.reduce, b.argmax,
                b.all_finite, b.sum_of_squares, b.gather, b.gather_grad, b.matmul, b.conv2d,
                b.conv2d_pair, b.conv2d_input_grad, b.conv2d_weight_grad, b.scale_shift,
                b.scale_shift_grad, b.channel_stats, b.channel_grad_sums, b.batch_norm_grad,
                b.batch_norm_constants, b.add_scale_shift, b.activation, b.activation_grad,
                b.max_pool2d, b.max_pool2d_grad, b.max_pool2d_pick, b.avg_pool2d, b.avg_pool2d_grad,
                b.softmax, b.one_hot, b.sgd_step);
  return b;
}

}  // namespace

std::int64_t multiply_adds(const Module& network, const Shape& input) {
  static const tensor::Backend idle = idle_backend();
  std::optional<tensor::BackendScope> without_computing;
  if (shapes_only.get()) without_computing.emplace(idle);
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
