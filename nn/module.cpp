#include "odin/nn/module.h"

#include <cmath>
#include <optional>
#include <utility>

#include "odin/nn/io/quote.h"
#include "odin/tensor/ops.h"
#include "odin/tensor/random.h"

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

void Module::register_parameter(std::string name, Variable& parameter) {
  require(parameter.requires_grad() && parameter.node()->is_leaf, "module: parameter '", name,
          "' must be a leaf that requires a gradient");
  parameter.node()->is_parameter = true;
  parameter.node()->name = path_ + name;
  parameters_.push_back({std::move(name), &parameter});
}
void Module::register_buffer(std::string name, Tensor& buffer) {
  buffers_.push_back({std::move(name), &buffer});
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
    for (const auto& p : m.parameters_) all.push_back({prefix + p.name, *p.value});
  });
  return all;
}

std::vector<Module::Buffer> Module::buffers() const {
  std::vector<Buffer> all;
  walk("", [&](const std::string& prefix, const Module& m) {
    for (const auto& b : m.buffers_) all.push_back({prefix + b.name, *b.value});
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

namespace {

bool is_ignored(const std::string& name) { return name.ends_with("num_batches_tracked"); }

/// The differences that prevent loading `given` into `own`, separated by "; "; empty if none.
std::string differences(const StateDict& own, const StateDict& given) {
  constexpr int kMost = 20;
  std::string text;
  int count = 0;
  const auto note = [&](const std::string& what) {
    if (++count <= kMost) text += (text.empty() ? "" : "; ") + what;
  };
  for (const auto& [name, tensor] : own) {
    const auto found = given.find(name);
    if (found == given.end())
      note("missing " + name + " " + to_string(tensor.shape()));
    else if (found->second.shape() != tensor.shape())
      note(name + " has shape " + to_string(found->second.shape()) + ", expected " +
           to_string(tensor.shape()));
    else if (!tensor::is_floating(found->second.dtype()))
      note(name + " is " + name_of(found->second.dtype()) + ", expected a floating type");
    else if (!tensor::all_finite(found->second))
      note(name + " holds NaN or infinity");
    else if (found->second.dtype() != tensor.dtype() &&
             !tensor::all_finite(found->second.to(tensor.dtype())))
      note(name + " holds a number too large for " + name_of(tensor.dtype()));
  }
  for (const auto& [name, tensor] : given)
    if (!own.contains(name) && !is_ignored(name))
      note("unexpected " + quote(name) + " " + to_string(tensor.shape()));
  return count <= kMost ? text : text + "; and " + std::to_string(count - kMost) + " more";
}

}  // namespace

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

namespace {

Tensor initial_value(const std::string& name, const Shape& shape, const tensor::Random& random,
                     const StateDict& all) {
  if (shape.rank() == 4)
    return tensor::affine(random.normal(shape),
                          std::sqrt(2.0 / static_cast<double>(shape[0] * shape[2] * shape[3])), 0);
  // A linear layer's bias has the same range as its weight.
  const std::string weight = name.substr(0, name.rfind('.') + 1) + "weight";
  const auto beside = all.find(weight);
  if (beside != all.end() && beside->second.rank() == 2) {
    const double bound = 1 / std::sqrt(static_cast<double>(beside->second.dim(1)));
    return tensor::affine(random.uniform(shape), 2 * bound, -bound);
  }
  return Tensor::full(shape, name.ends_with("weight") ? 1 : 0);
}

}  // namespace

void initialize(Module& module, std::uint64_t seed) {
  const StateDict all = module.state_dict();
  std::uint64_t stream = 0;
  for (const Module::Parameter& p : module.parameters()) {
    Tensor value = p.variable.value();
    tensor::copy_(value, initial_value(p.name, value.shape(), tensor::Random(seed, stream++), all));
  }
  for (Module::Buffer b : module.buffers())
    tensor::fill_(b.tensor, b.name.ends_with("running_var") ? 1 : 0);
}

}  // namespace odin::nn
