#include "odin/nn/summary.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "odin/autograd/recording.h"
#include "odin/nn/fusion.h"
#include "odin/nn/shapes_only.h"
#include "odin/tensor/backend/backend.h"

namespace odin::nn {
namespace {

#ifndef __EMSCRIPTEN__  // there it would be downloaded, and only whole networks are counted
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
#endif

class Counter final : public tensor::CallObserver {
 public:
  void called(const tensor::BackendCall& call, std::chrono::nanoseconds) override {
    const Tensor &first = *call.operands[0], &result = *call.operands.back();
    if (call.convolution) {
      const Shape& weight = call.operands[1]->shape();  // [O,C,KH,KW]
      total += result.numel() * (numel(weight) / weight[0]);
    } else if (call.op == "matmul") {
      total += result.numel() * first.dim(-1);
    }
  }

  std::atomic<std::int64_t> total{0};
};

}  // namespace

std::int64_t multiply_adds(const Module& network, const Shape& input) {
#ifndef __EMSCRIPTEN__
  static const tensor::Backend idle = idle_backend();
  std::optional<tensor::BackendScope> without_computing;
  if (shapes_only.get()) without_computing.emplace(idle);
#endif
  Counter counter;
  const tensor::CallObserverScope counting(counter);
  const FusionScope plain(false);  // so that every convolution is a call of its own
  const autograd::NoGradScope without_tape;
  network(Variable(Tensor::zeros(input, tensor::DType::f32, network.device())));
  return counter.total;
}

}  // namespace odin::nn
