#include "odin/nn/optim/sgd.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "odin/nn/optim/parameter_list.h"
#include "odin/tensor/ops/elementwise.h"
#include "odin/tensor/ops/optim.h"

namespace odin::nn {

Sgd::Sgd(std::vector<Module::Parameter> parameters, const SgdOptions& options)
    : options_(options), parameters_(std::move(parameters)), velocity_(parameters_.size()) {
  check_parameters("sgd", parameters_);
}

Sgd::Sgd(const Module& module, const SgdOptions& options) : Sgd(module.parameters(), options) {}

Sgd::Sgd(const std::vector<Variable>& variables, const SgdOptions& options)
    : Sgd(numbered(variables), options) {}

void Sgd::zero_grad() {
  for (Module::Parameter& p : parameters_) p.variable.zero_grad();
}

void Sgd::step(double learning_rate) {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Variable& parameter = parameters_[i].variable;
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
  const auto begun = [](const Tensor& v) { return v.defined(); };
  if (std::none_of(velocity_.begin(), velocity_.end(), begun)) return state;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Tensor& weight = parameters_[i].variable.value();
    state[parameters_[i].name] =
        begun(velocity_[i]) ? velocity_[i] : weight.new_zeros(weight.shape());
  }
  return state;
}

void Sgd::load_state(const StateDict& state) {
  std::vector<Tensor> velocity(parameters_.size());
  for (std::size_t i = 0; i < parameters_.size() && !state.empty(); ++i) {
    const Tensor& weight = parameters_[i].variable.value();
    const auto found = state.find(parameters_[i].name);
    require(found != state.end() && found->second.shape() == weight.shape() &&
                found->second.dtype() == weight.dtype(),
            "sgd: the state to load has no momentum for ", parameters_[i].name, " ", weight.shape(),
            " of ", weight.dtype());
    velocity[i] = found->second.clone().to(weight.device());
  }
  require(state.empty() || state.size() == velocity.size(), "sgd: the state to load has ",
          state.size(), " entries, expected ", velocity.size());
  velocity_ = std::move(velocity);
}

double clip_gradients(std::span<const Variable> leaves, double max_norm) {
  require(max_norm > 0, "clip_gradients: the largest norm must be positive, got ", max_norm);
  double squares = 0;
  for (const Variable& p : leaves)
    if (p.grad().defined()) squares += tensor::sum_of_squares(p.grad());
  const double norm = std::sqrt(squares);
  const double scale = max_norm / (norm + 1e-6);
  if (!std::isfinite(norm) || scale >= 1) return norm;
  // Not in place: a gradient may be shared with another parameter's.
  for (const Variable& p : leaves)
    if (p.grad().defined()) p.node()->grad = tensor::affine(p.grad(), scale, 0);
  return norm;
}

double clip_gradients(const Module& module, double max_norm) {
  std::vector<Variable> parameters;
  module.for_each_parameter([&](const Variable& p) { parameters.push_back(p); });
  return clip_gradients(parameters, max_norm);
}

}  // namespace odin::nn
