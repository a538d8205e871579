#include "odin/trace.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "odin/autograd/engine.h"
#include "odin/autograd/observer.h"
#include "odin/autograd/ops.h"
#include "odin/nn/fusion.h"
#include "odin/nn/inference.h"
#include "odin/score.h"
#include "odin/tensor/ops.h"

namespace odin {
namespace {

using autograd::Node;
using autograd::Variable;
using tensor::Tensor;

/// Finds the parameters that an operation reads, and the module that it belongs to.
class ModuleNames {
 public:
  explicit ModuleNames(const nn::Module& network) {
    for (const nn::Module::Part& part : network.parts()) modules_[part.module] = part.name;
    for (const nn::Module::Parameter& p : network.parameters())
      parameters_[p.variable.value().storage().get()] = {p.name, p.variable.shape()};
  }

  std::vector<TraceParameter> parameters(std::span<const Variable> inputs) const {
    std::vector<TraceParameter> read;
    for (const Variable& input : inputs)
      if (const auto found = parameters_.find(input.value().storage().get());
          found != parameters_.end())
        read.push_back(found->second);
    return read;
  }

  /// The module of the operation with these parameters.
  std::string module(std::span<const TraceParameter> read) const {
    if (!read.empty()) {
      const std::string& name = read.front().name;
      const std::size_t dot = name.rfind('.');
      return dot == name.npos ? "" : name.substr(0, dot);
    }
    const auto running = modules_.find(nn::Module::running());
    return running == modules_.end() ? "" : running->second;
  }

 private:
  std::unordered_map<const nn::Module*, std::string> modules_;
  std::unordered_map<const tensor::Storage*, TraceParameter> parameters_;
};

/// The only image of x [1,...] as maps [C,H,W]; a vector becomes one row.
Tensor as_maps(const Tensor& x) {
  const Tensor single = x.to(tensor::Device::cpu).to(tensor::DType::f32).contiguous();
  if (x.rank() == 4) return single.select(0, 0);
  return single.reshape({1, 1, -1});
}

class Recorder final : public autograd::Observer {
 public:
  Recorder(const nn::Module& network, std::int64_t most_maps)
      : names_(network), most_maps_(most_maps) {}

  void recorded(const Variable& result, std::span<const Variable> inputs) override {
    TraceNode node = described(result);
    node.parameters = names_.parameters(inputs);
    node.module = names_.module(node.parameters);
    for (const Variable& input : inputs)
      if (autograd::needs_grad(input)) node.inputs.push_back(position(input));
    add(result, std::move(node));
  }

  void reached(const Node& node, const Tensor& gradient) override {
    const auto found = positions_.find(&node);
    if (found == positions_.end()) return;
    TraceNode& traced = nodes_[found->second];
    const Tensor maps = as_maps(gradient);
    const float* values = maps.data<float>();
    double sum = 0;
    for (std::int64_t i = 0; i < maps.numel(); ++i) {
      const double size = std::abs(static_cast<double>(values[i]));
      sum += size;
      traced.max_abs_gradient = std::max(traced.max_abs_gradient, size);
    }
    traced.mean_abs_gradient = sum / static_cast<double>(maps.numel());
    for (TraceMap& map : traced.maps) map.gradient = maps.select(0, map.channel).clone();
  }

  std::vector<TraceNode> take() { return std::move(nodes_); }

 private:
  TraceNode described(const Variable& v) const {
    TraceNode node;
    node.op = v.node()->name;
    for (int i = v.rank() > 1 ? 1 : 0; i < v.rank(); ++i) node.shape.push_back(v.dim(i));
    const Tensor maps = as_maps(v.value());
    const float* values = maps.data<float>();
    const auto [least, greatest] = std::minmax_element(values, values + maps.numel());
    node.min = *least;
    node.max = *greatest;
    for (std::int64_t i = 0; i < maps.numel(); ++i) node.mean += values[i];
    node.mean /= static_cast<double>(maps.numel());
    const std::int64_t channels = maps.dim(0), count = std::min(most_maps_, channels);
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t channel = i * channels / count;
      node.maps.push_back({channel, maps.select(0, channel).clone(), {}});
    }
    return node;
  }

  std::size_t position(const Variable& input) {
    const auto found = positions_.find(input.node().get());
    return found != positions_.end() ? found->second : add(input, described(input));
  }

  std::size_t add(const Variable& v, TraceNode node) {
    positions_[v.node().get()] = nodes_.size();
    nodes_.push_back(std::move(node));
    return nodes_.size() - 1;
  }

  ModuleNames names_;
  std::int64_t most_maps_;
  std::vector<TraceNode> nodes_;
  std::unordered_map<const Node*, std::size_t> positions_;
};

}  // namespace

Trace trace(const nn::Module& network, const Tensor& x, double temperature,
            std::int64_t most_maps) {
  require_temperature("trace", temperature);
  nn::require_evaluation_mode("trace", network);
  require(x.rank() == 4 && x.dim(0) == 1, "trace: expected one image [1,C,H,W], got ", x.shape());
  const autograd::FrozenParametersScope frozen;
  const nn::FusionScope plain(false);
  Recorder recorder(network, most_maps);
  const autograd::ObserverScope scope(recorder);

  const Variable image(x.to(network.device()), true, "image");
  const Variable logits = network(image);
  const Tensor label = tensor::argmax(logits.value(), 1);
  // Cross entropy without a fused operation: -log S_y = sum_i weights_i log S_i.
  const Variable weights(tensor::neg(tensor::one_hot(label, logits.dim(1), logits.dtype())));
  const Variable log_softmax = autograd::log_softmax(autograd::affine(logits, 1 / temperature, 0));
  autograd::grad(autograd::sum(autograd::mul(log_softmax, weights)), image);
  return {recorder.take(), label.to_vector<std::int64_t>().front(), logits.value()};
}

}  // namespace odin
