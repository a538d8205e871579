#include "odin/nn/optim/sgd.h"

#include "odin/tensor/ops/elementwise.h"

namespace odin::nn {

Sgd::Sgd(Module& module, const SgdOptions& options)
    : options_(options), parameters_(module.parameters()), velocity_(parameters_.size()) {}

void Sgd::step(double learning_rate) {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Variable& parameter = *parameters_[i].variable;
    if (!parameter.grad().defined()) continue;
    Tensor weight = parameter.value();
    Tensor g = tensor::add(parameter.grad(), tensor::affine(weight, options_.weight_decay, 0));
    Tensor& v = velocity_[i];
    if (v.defined()) {
      tensor::affine_(v, options_.momentum, 0);
      tensor::add_(v, g);
    } else {
      v = g.clone();
    }
    const Tensor direction =
        options_.nesterov ? tensor::add(g, tensor::affine(v, options_.momentum, 0)) : v;
    tensor::add_(weight, tensor::affine(direction, -learning_rate, 0));
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
    velocity[i] = found->second.clone();
  }
  velocity_ = std::move(velocity);
}

}  // namespace odin::nn
