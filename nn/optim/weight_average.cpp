#include "odin/nn/optim/weight_average.h"

#include "odin/nn/layers/batch_norm.h"
#include "odin/tensor/ops/elementwise.h"

namespace odin::nn {
namespace {

/// While it lives, batch normalisation's running statistics move by another share than usual.
class MomentumScope {
 public:
  explicit MomentumScope(Module& module) {
    add(module);
    for (const auto& part : module.parts()) add(*part.module);
  }
  ~MomentumScope() { set(BatchNorm2d::kMomentum); }
  MomentumScope(const MomentumScope&) = delete;
  MomentumScope& operator=(const MomentumScope&) = delete;

  void set(double momentum) {
    for (BatchNorm2d* norm : norms_) norm->set_momentum(momentum);
  }

 private:
  void add(Module& module) {
    if (auto* norm = dynamic_cast<BatchNorm2d*>(&module)) norms_.push_back(norm);
  }

  std::vector<BatchNorm2d*> norms_;
};

}  // namespace

void load_average(Module& module, const std::vector<StateDict>& states) {
  require(!states.empty(), "average: expected one state dict or more, got none");
  module.load_state_dict(states.front());  // says what does not fit, as it does for the others
  StateDict sum;
  for (const auto& [name, value] : module.state_dict()) sum[name] = value.clone();
  for (std::size_t i = 1; i < states.size(); ++i) {
    module.load_state_dict(states[i]);
    for (const auto& [name, value] : module.state_dict()) tensor::add_(sum.at(name), value);
  }
  for (auto& [name, value] : sum) tensor::affine_(value, 1 / static_cast<double>(states.size()), 0);
  module.load_state_dict(sum);
}

void measure_running_statistics(Module& module, const std::function<Tensor()>& next) {
  const FrozenScope frozen(module);
  MomentumScope momentum(module);
  module.train();
  std::int64_t seen = 0;
  for (Tensor images = next(); images.defined(); images = next()) {
    const std::int64_t count = images.dim(0);
    seen += count;
    momentum.set(static_cast<double>(count) / static_cast<double>(seen));  // the first one: 1
    module(Variable(images));
  }
  module.eval();
  require(seen > 0,
          "batch normalisation's statistics: expected images to measure them on, got none");
}

}  // namespace odin::nn
