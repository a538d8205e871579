#include "odin/nn/optim/weight_average.h"

#include <utility>

#include "odin/nn/layers/batch_norm.h"
#include "odin/tensor/ops/elementwise.h"

namespace odin::nn {
namespace {

/// Puts the module into training mode and lets the momentum of batch normalization be changed.
/// Restores the momentum and evaluation mode at the end.
class MeasuringScope {
 public:
  explicit MeasuringScope(Module& module) : module_(module) {
    module.for_each_module([this](Module& m) { add(m); });
    module.train();
  }
  ~MeasuringScope() {
    for (const auto& [norm, momentum] : usual_) norm->set_momentum(momentum);
    module_.eval();
  }
  MeasuringScope(const MeasuringScope&) = delete;
  MeasuringScope& operator=(const MeasuringScope&) = delete;

  void set_momentum(double momentum) {
    for (const auto& [norm, usual] : usual_) norm->set_momentum(momentum);
  }

 private:
  void add(Module& module) {
    if (auto* norm = dynamic_cast<BatchNorm2d*>(&module))
      usual_.emplace_back(norm, norm->momentum());
  }

  Module& module_;
  std::vector<std::pair<BatchNorm2d*, double>> usual_;
};

}  // namespace

void load_average(Module& module, const std::vector<StateDict>& states) {
  require(!states.empty(), "average: expected one state dict or more, got none");
  for (const StateDict& state : states) module.check_state_dict(state);
  StateDict mean;
  for (const auto& [name, own] : module.state_dict()) {
    Tensor sum = own.new_zeros(own.shape()), value = own.new_empty(own.shape());
    for (const StateDict& state : states) {
      tensor::copy_(value, state.at(name));
      tensor::add_(sum, value);
    }
    tensor::affine_(sum, 1 / static_cast<double>(states.size()), 0);
    mean[name] = sum;
  }
  module.load_state_dict(mean);
}

void measure_running_statistics(Module& module, const std::function<Tensor()>& next) {
  const autograd::FrozenParametersScope frozen;
  MeasuringScope measuring(module);
  std::int64_t seen = 0;
  for (Tensor images = next(); images.defined(); images = next()) {
    const std::int64_t count = images.dim(0);
    seen += count;
    measuring.set_momentum(static_cast<double>(count) / static_cast<double>(seen));  // first: 1
    module(Variable(images));
  }
  require(seen > 0,
          "batch normalization's statistics: expected images to measure them on, got none");
}

}  // namespace odin::nn
