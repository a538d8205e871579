#include "odin/nn/optim/sgd.h"

#include <cmath>

#include "odin/tensor/ops/elementwise.h"
#include "odin/tensor/ops/optim.h"

namespace odin::nn {

Sgd::Sgd(Module& module, const SgdOptions& options)
    : options_(options), parameters_(module.parameters()), velocity_(parameters_.size()) {}

void Sgd::step(double learning_rate) {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Variable& parameter = *parameters_[i].variable;
    if (!parameter.grad().defined()) continue;
    Tensor weight = parameter.value();
    Tensor& v = velocity_[i];
    if (!v.defined()) v = weight.new_zeros(weight.shape());
    const bool decays = options_.decay_norms || weight.rank() > 1;
    tensor::sgd_step_(weight, v, parameter.grad(),
                      {.learning_rate = learning_rate,
                       .momentum = options_.momentum,
                       .weight_decay = decays ? options_.weight_decay : 0,
                       .nesterov = options_.nesterov});
  }
}

StateDict Sgd::state() const {
  StateDict state;
  for (std::size_t i = 0; i < parameters_.size(); ++i)
    if (velocity_[i].defined()) state[parameters_[i].name] = velocity_[i];
  return state;
}

void Sgd::load_state(const StateDict& state) {
  std::vector<Tensor> velocity(parameters_.size());
  for (std::size_t i = 0; i < parameters_.size() && !state.empty(); ++i) {
    const auto found = state.find(parameters_[i].name);
    require(found != state.end() && found->second.shape() == parameters_[i].variable->shape(),
            "sgd: the state to load has no momentum for ", parameters_[i].name, " ",
            parameters_[i].variable->shape());
    velocity[i] = found->second.clone().to(parameters_[i].variable->value().device());
  }
  velocity_ = std::move(velocity);
}

double clip_gradients(Module& module, double max_norm) {
  require(max_norm > 0, "clip_gradients: the largest norm must be positive, got ", max_norm);
  double squares = 0;
  module.for_each_parameter([&](const Variable& p) {
    if (p.grad().defined()) squares += tensor::sum_of_squares(p.grad());
  });
  const double norm = std::sqrt(squares);
  const double scale = max_norm / (norm + 1e-6);
  if (!std::isfinite(norm) || scale >= 1) return norm;
  // Not in place: a gradient may be shared with another parameter's.
  module.for_each_parameter([&](const Variable& p) {
    if (p.grad().defined()) p.node()->grad = tensor::affine(p.grad(), scale, 0);
  });
  return norm;
}

}  // namespace odin::nn
