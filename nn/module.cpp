#include "odin/nn/module.h"

#include <optional>
#include <utility>

#include "odin/tensor/ops/elementwise.h"

namespace odin::nn {
namespace {

constinit const tensor::Inherited<const Module*> running_module{nullptr};

}  // namespace

Variable Module::operator()(const Variable& x) const {
  const tensor::Inherited<const Module*>::Scope scope(running_module, this);
  return forward(x);
}

const Module* Module::running() { return running_module.get(); }

void Module::train(bool training) {
  for_each_module([training](Module& m) { m.training_ = training; });
}

void Module::register_parameter(std::string name, Variable& parameter, Initial initial) {
  require(parameter.requires_grad() && parameter.node()->is_leaf, "module: parameter '", name,
          "' must be a leaf that requires a gradient");
  parameter.node()->is_parameter = true;
  parameter.node()->name = path_ + name;
  parameters_.push_back({std::move(name), &parameter, initial});
}

void Module::register_buffer(std::string name, Tensor& buffer, double initial) {
  buffers_.push_back({std::move(name), &buffer, initial});
}

void Module::register_module(std::string name, Module& part) {
  // A submodule's own members may be registered before or after it, so names that already exist
  // below it get the prefix here, and later ones start with path_.
  const std::string around = path_ + name + ".";
  part.for_each_module([&](Module& m) {
    m.path_ = around + m.path_;
    for (const auto& p : m.parameters_) p.value->node()->name = m.path_ + p.name;
  });
  parts_.push_back({std::move(name), &part});
}

template <class F>
void Module::walk(const std::string& prefix, F&& f) const {
  f(prefix, *this);
  for (const auto& part : parts_) part.value->walk(prefix + part.name + ".", f);
}

std::vector<Module::Parameter> Module::parameters() const {
  std::vector<Parameter> all;
  walk("", [&](const std::string& prefix, const Module& m) {
    for (const auto& p : m.parameters_) all.push_back({prefix + p.name, *p.value, p.initial});
  });
  return all;
}

std::vector<Module::Buffer> Module::buffers() const {
  std::vector<Buffer> all;
  walk("", [&](const std::string& prefix, const Module& m) {
    for (const auto& b : m.buffers_) all.push_back({prefix + b.name, *b.value, b.initial});
  });
  return all;
}

std::vector<Module::Part> Module::parts() const {
  std::vector<Part> all;
  walk("", [&](const std::string& prefix, const Module& m) {
    if (&m != this) all.push_back({prefix.substr(0, prefix.size() - 1), &m});
  });
  return all;
}

void Module::for_each_parameter(const std::function<void(const Variable&)>& f) const {
  for (const auto& p : parameters_) f(*p.value);
  for (const auto& part : parts_) part.value->for_each_parameter(f);
}

void Module::for_each_module(const std::function<void(Module&)>& f) {
  f(*this);
  for (const auto& part : parts_) part.value->for_each_module(f);
}

std::int64_t Module::parameter_count() const {
  std::int64_t count = 0;
  for_each_parameter([&](const Variable& p) { count += p.value().numel(); });
  return count;
}

std::unique_ptr<Module> Module::make_like() const {
  fail("clone: this kind of module does not say how another one is made (make_like)");
}

std::unique_ptr<Module> Module::clone() const {
  std::unique_ptr<Module> copy = make_like();
  copy->to(device());
  const std::vector<Parameter> parameters = this->parameters(), new_parameters = copy->parameters();
  const std::vector<Buffer> buffers = this->buffers(), new_buffers = copy->buffers();
  const auto fill = [](Tensor to, const Tensor& from) { tensor::copy_(to, from); };
  require(parameters.size() == new_parameters.size() && buffers.size() == new_buffers.size(),
          "clone: make_like() made a module with ", new_parameters.size(), " parameters and ",
          new_buffers.size(), " buffers, expected ", parameters.size(), " and ", buffers.size());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    Variable parameter = new_parameters[i].variable;
    fill(parameter.value(), parameters[i].variable.value());
    parameter.set_requires_grad(parameters[i].variable.requires_grad());
  }
  for (std::size_t i = 0; i < buffers.size(); ++i) fill(new_buffers[i].tensor, buffers[i].tensor);

  std::vector<const Module*> modules;
  walk("", [&](const std::string&, const Module& m) { modules.push_back(&m); });
  std::size_t next = 0;
  copy->for_each_module([&](Module& m) {
    const Module& like = *modules.at(next++);
    m.training_ = like.training_;
    m.take_settings(like);
  });
  return copy;
}

void Module::zero_grad() {
  for_each_module([](Module& m) {
    for (const auto& p : m.parameters_) p.value->zero_grad();
  });
}

void Module::to(tensor::Device device) {
  for_each_module([device](Module& m) {
    for (const auto& p : m.parameters_) p.value->move_to(device);
    for (const auto& b : m.buffers_) *b.value = b.value->to(device);
  });
}

tensor::Device Module::device() const {
  std::optional<tensor::Device> first;
  for_each_parameter([&](const Variable& p) {
    if (!first) first = p.value().device();
  });
  return first.value_or(tensor::Device::cpu);
}

StateDict Module::state_dict() const {
  StateDict state;
  for (const Parameter& p : parameters()) state[p.name] = p.variable.value();
  for (const Buffer& b : buffers()) state[b.name] = b.tensor;
  return state;
}

void Module::check_state_dict(const StateDict& state) const {
  const std::string wrong = differences(state_dict(), state);
  require(wrong.empty(), "load_state_dict: ", wrong);
}

void Module::load_state_dict(const StateDict& state) {
  check_state_dict(state);
  for (auto& [name, tensor] : state_dict()) {
    Tensor value = tensor;
    tensor::copy_(value, state.at(name));
  }
}

void Module::take_state_dict(StateDict&& state) {
  check_state_dict(state);
  const auto taken = [&state](const std::string& name, const Tensor& like) {
    Tensor value = std::move(state.at(name));
    const bool as_it_is = value.is_unique() && value.is_contiguous() &&
                          value.dtype() == like.dtype() && value.device() == like.device();
    if (as_it_is) return value;
    Tensor copy = Tensor::empty(like.shape(), like.dtype(), like.device());
    tensor::copy_(copy, value);
    return copy;
  };
  walk("", [&](const std::string& prefix, const Module& m) {
    for (const auto& p : m.parameters_)
      p.value->replace_value(taken(prefix + p.name, p.value->value()));
    for (const auto& b : m.buffers_) *b.value = taken(prefix + b.name, *b.value);
  });
}

}  // namespace odin::nn
