#include "odin/nn/optim/adam.h"

#include <cmath>
#include <utility>

#include "odin/nn/optim/parameter_list.h"
#include "odin/tensor/ops/elementwise.h"

namespace odin::nn {

Adam::Adam(std::vector<Module::Parameter> parameters, const AdamOptions& options)
    : options_(options), parameters_(std::move(parameters)), means_(parameters_.size()) {
  check_parameters("adam", parameters_);
  const auto is_share = [](double beta) { return beta >= 0 && beta < 1; };
  require(is_share(options.beta1) && is_share(options.beta2) && options.epsilon > 0,
          "adam: expected betas from 0 to less than 1 and an epsilon above 0, got ", options.beta1,
          ", ", options.beta2, " and ", options.epsilon);
}

Adam::Adam(const Module& module, const AdamOptions& options) : Adam(module.parameters(), options) {}

Adam::Adam(const std::vector<Variable>& variables, const AdamOptions& options)
    : Adam(numbered(variables), options) {}

void Adam::zero_grad() {
  for (Module::Parameter& p : parameters_) p.variable.zero_grad();
}

void Adam::step(double learning_rate) {
  for (std::size_t i = 0; i < parameters_.size(); ++i)
    if (parameters_[i].variable.grad().defined())
      step(parameters_[i].variable, means_[i], learning_rate);
}

void Adam::step(const Variable& parameter, Means& means, double learning_rate) const {
  const AdamOptions& o = options_;
  Tensor weight = parameter.value(), g = parameter.grad();
  if (means.steps == 0)
    means = {weight.new_zeros(weight.shape()), weight.new_zeros(weight.shape())};
  ++means.steps;
  if (o.decoupled)
    tensor::affine_(weight, 1 - learning_rate * o.weight_decay, 0);
  else if (o.weight_decay != 0)
    g = tensor::add(g, tensor::affine(weight, o.weight_decay, 0));
  tensor::affine_(means.gradient, o.beta1, 0);
  tensor::add_(means.gradient, tensor::affine(g, 1 - o.beta1, 0));
  tensor::affine_(means.square, o.beta2, 0);
  tensor::add_(means.square, tensor::affine(tensor::square(g), 1 - o.beta2, 0));
  const auto steps = static_cast<double>(means.steps);
  const double of_gradient = 1 - std::pow(o.beta1, steps), of_square = 1 - std::pow(o.beta2, steps);
  Tensor size = tensor::sqrt(means.square);
  tensor::affine_(size, 1 / std::sqrt(of_square), o.epsilon);
  tensor::add_(weight,
               tensor::affine(tensor::div(means.gradient, size), -learning_rate / of_gradient, 0));
}

StateDict Adam::state() const {
  StateDict state;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Means& means = means_[i];
    if (means.steps == 0) continue;
    state[parameters_[i].name + ".mean"] = means.gradient.clone();
    state[parameters_[i].name + ".square"] = means.square.clone();
    state[parameters_[i].name + ".steps"] = Tensor::from(std::vector{means.steps}, {1});
  }
  return state;
}

void Adam::load_state(const StateDict& state) {
  std::vector<Means> means(parameters_.size());
  std::size_t used = 0;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const std::string& name = parameters_[i].name;
    const Tensor& weight = parameters_[i].variable.value();
    const auto steps = state.find(name + ".steps");
    if (steps == state.end()) continue;
    require(steps->second.dtype() == tensor::DType::i64 && steps->second.numel() == 1 &&
                steps->second.to_vector<std::int64_t>()[0] > 0,
            "adam: the state to load has no number of steps for ", name);
    const auto mean_of = [&](const char* which) {
      const auto found = state.find(name + which);
      require(found != state.end() && found->second.shape() == weight.shape() &&
                  found->second.dtype() == weight.dtype(),
              "adam: the state to load has no ", name, which, ' ', weight.shape(), " of ",
              weight.dtype());
      return found->second.clone().to(weight.device());
    };
    means[i] = {mean_of(".mean"), mean_of(".square"), steps->second.to_vector<std::int64_t>()[0]};
    used += 3;
  }
  require(used == state.size(), "adam: the state to load has ", state.size(), " entries, of which ",
          used, " belong to these parameters");
  means_ = std::move(means);
}

}  // namespace odin::nn
