#include "odin/native/timing/layer_times.h"

#include <chrono>
#include <sstream>

#include "odin/tensor/parallel.h"

namespace odin::native {

using namespace tensor;

namespace {

/// [C,H,W] of [N,C,H,W]; anything else as it is.
Shape of_image(const Shape& s) { return s.rank() == 4 ? Shape{s[1], s[2], s[3]} : s; }

std::string kernel_of(const Shape& w, const Conv2dParams& p) {
  std::string text = std::to_string(w[2]) + "x" + std::to_string(w[3]);
  std::ostringstream details;
  if (p.stride != 1) details << " stride " << p.stride;
  if (p.dilation != 1) details << " dilation " << p.dilation;
  if (p.groups > 1) details << " groups " << p.groups;
  return text + details.str();
}

/// Multiply-adds of a convolution with weight w [O,C,KH,KW] and result y.
double products(const Shape& w, const Shape& y) {
  return static_cast<double>(numel(y)) * static_cast<double>(numel(w) / w[0]);
}

double bytes_of(const Tensor& t) {
  return static_cast<double>(t.numel()) * static_cast<double>(size_of(t.dtype()));
}

/// The work of one call.
struct Work {
  std::string operation;
  const Tensor *in, *out;
  double multiply_adds = 0;
};

Work work_of(const BackendCall& call) {
  const auto& operands = call.operands;
  Work work{std::string(call.op), operands.front(), operands.back()};
  if (call.convolution) {
    // Order of the operands: forward x, w ... y; input gradient dy, w ... dx; weight gradient x, dy
    // ... dw.
    const bool weight_grad = call.op == "conv2d_weight_grad";
    if (weight_grad) work.out = operands[1];
    const Shape& weight = weight_grad ? operands.back()->shape() : operands[1]->shape();
    const Tensor& y = call.op == "conv2d_input_grad" ? *work.in : *work.out;
    work.operation += " " + kernel_of(weight, *call.convolution);
    work.multiply_adds = products(weight, y.shape());
  } else if (call.op == "matmul") {
    work.multiply_adds = static_cast<double>(work.out->numel() * work.in->dim(1));
  }
  return work;
}

}  // namespace

void LayerTimes::called(const BackendCall& call, std::chrono::nanoseconds time) {
  const auto asked = std::chrono::steady_clock::now();
  synchronize(call.operands.front()->device());
  const auto waited = std::chrono::steady_clock::now() - asked;
  const double ms = std::chrono::duration<double, std::milli>(time + waited).count();
  const Work work = work_of(call);
  const Shape from = of_image(work.in->shape()), to = of_image(work.out->shape());
  const std::string key = work.operation + to_string(from) + to_string(to);
  const std::lock_guard lock(mutex_);
  const auto [found, fresh] = index_.try_emplace(key, layers_.size());
  if (fresh) layers_.push_back({.operation = work.operation, .in = from, .out = to});
  LayerTime& layer = layers_[found->second];
  ++layer.calls;
  layer.images += work.in->rank() == 4 ? work.in->dim(0) : 0;
  layer.milliseconds += in_parallel() ? ms / num_threads() : ms;
  layer.multiply_adds += work.multiply_adds;
  layer.bytes += bytes_of(*work.in) + bytes_of(*work.out);
}

std::vector<LayerTime> LayerTimes::layers() const {
  const std::lock_guard lock(mutex_);
  return layers_;
}

void LayerTimes::clear() {
  const std::lock_guard lock(mutex_);
  index_.clear();
  layers_.clear();
}

}  // namespace odin::native
