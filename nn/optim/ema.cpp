#include "odin/nn/optim/ema.h"

#include <algorithm>
#include <utility>

#include "odin/tensor/ops/elementwise.h"

namespace odin::nn {
namespace {

const std::string kUpdates = "updates";

/// average = d average + (1 - d) value
void move_towards(Tensor& average, const Tensor& value, double d) {
  if (!tensor::is_floating(value.dtype())) return tensor::copy_(average, value);
  tensor::affine_(average, d, 0);
  tensor::add_(average, tensor::affine(value, 1 - d, 0));
}

}  // namespace

Ema::Ema(const Module& module, double decay)
    : Ema([&module] { return module.state_dict(); }, decay) {}

Ema::Ema(std::vector<Module::Parameter> parameters, double decay)
    : Ema(
          [parameters = std::move(parameters)] {
            StateDict values;
            for (const auto& p : parameters) values[p.name] = p.variable.value();
            return values;
          },
          decay) {}

Ema::Ema(std::function<StateDict()> values, double decay)
    : values_(std::move(values)), decay_(decay) {
  require(decay >= 0 && decay < 1, "ema: expected a decay from 0 to below 1, got ", decay);
  for (const auto& [name, value] : values_()) average_[name] = value.clone();
}

void Ema::update() {
  const auto t = static_cast<double>(updates_++);
  const double d = std::min(decay_, (1 + t) / (10 + t));
  for (const auto& [name, value] : values_()) move_towards(average_.at(name), value, d);
}

void Ema::copy_to(Module& other) const { other.load_state_dict(average_); }

StateDict Ema::state() const {
  StateDict state = average_;
  state[kUpdates] = Tensor::scalar(static_cast<double>(updates_), tensor::DType::i64);
  return state;
}

void Ema::load_state(const StateDict& state) {
  StateDict loaded;
  for (const auto& [name, own] : this->state()) {
    const auto found = state.find(name);
    require(found != state.end() && found->second.shape() == own.shape() &&
                found->second.dtype() == own.dtype(),
            "ema: the state to load has no ", name, " ", own.shape(), " of ", own.dtype());
    loaded[name] = found->second.clone().to(own.device());
  }
  require(state.size() == loaded.size(), "ema: the state to load has ", state.size(),
          " entries, expected ", loaded.size());
  const double updates = loaded.at(kUpdates).item();
  require(updates >= 0, "ema: the state to load has made ", updates, " updates");
  updates_ = static_cast<std::int64_t>(updates);
  loaded.erase(kUpdates);
  average_ = std::move(loaded);
}

}  // namespace odin::nn
