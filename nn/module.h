#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "odin/autograd/variable.h"
#include "odin/nn/initialize.h"
#include "odin/nn/state_dict.h"

namespace odin::nn {

using autograd::Variable;
using tensor::Shape;
using tensor::Tensor;

/// A piece of a network: parameters, which are trained; buffers, which are state but not trained
/// (running statistics); and smaller modules. All have names, which joined by dots are the keys of
/// the state dict: "block1.layer.0.conv1.weight".
///
/// They are the names of the leaves on the tape, too.
///
/// A module registers its members by reference, so it stays where it was made. It is part of one other
/// module at most.
///
/// A const module can evaluate: in evaluation mode forward() changes nothing, and any number of
/// threads may call it at once. In training mode batch normalization updates its running statistics,
/// which are handles to tensors as parameters are: one thread alone may train a module.
class Module {
 public:
  Module() = default;
  virtual ~Module() = default;
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  virtual Variable forward(const Variable& x) const = 0;
  /// forward(x), during which running() is this module.
  Variable operator()(const Variable& x) const;
  /// The innermost module that this thread called; null outside any.
  static const Module* running();

  /// Training uses a batch's own statistics in batch normalisation, evaluation the running ones.
  /// A new module evaluates.
  void train(bool training = true);
  void eval() { train(false); }
  bool is_training() const { return training_; }

  // Handles to what the module computes with, not copies, until it moves to another device.
  struct Parameter {
    std::string name;
    Variable variable;
  };
  struct Buffer {
    std::string name;
    Tensor tensor;
  };
  struct Part {
    std::string name;
    const Module* module;
  };
  /// In the order of registration, those of this module before those of its parts.
  std::vector<Parameter> parameters() const;
  std::vector<Buffer> buffers() const;
  /// All modules inside this one.
  std::vector<Part> parts() const;
  /// The parameters alone, in the same order: what every image asks for builds no names.
  void for_each_parameter(const std::function<void(const Variable&)>& f) const;
  /// This module and all modules inside it.
  void for_each_module(const std::function<void(Module&)>& f);
  std::int64_t parameter_count() const;

  void zero_grad();

  /// Moves parameters and buffers to a device, where forward() then runs and expects its input.
  void to(tensor::Device device);
  /// Where the parameters are.
  tensor::Device device() const;

  /// Handles to the live tensors, not copies.
  StateDict state_dict() const;
  /// Copies the values in. Throws, and changes nothing, unless the names and shapes are exactly
  /// those of this module (entries named num_batches_tracked are ignored) and every value is
  /// finite in this module's type; the message lists the missing, unexpected, misshapen and
  /// non-finite entries, the first twenty of them.
  void load_state_dict(const StateDict& state);
  /// Throws what load_state_dict() would, and loads nothing.
  void check_state_dict(const StateDict& state) const;

 protected:
  /// Throws unless the parameter was made with requires_grad.
  void register_parameter(std::string name, Variable& parameter);
  void register_buffer(std::string name, Tensor& buffer);
  void register_module(std::string name, Module& part);

 private:
  template <class T>
  struct Member {
    std::string name;
    T* value;
  };
  /// f(prefix, module) for this module and all modules inside it; "block1.layer.0." is a prefix.
  template <class F>
  void walk(const std::string& prefix, F&& f) const;

  bool training_ = false;
  std::string path_;  ///< the names of the modules around this one and its own: "block1.layer.0."
  std::vector<Member<Variable>> parameters_;
  std::vector<Member<Tensor>> buffers_;
  std::vector<Member<Module>> parts_;
};

}  // namespace odin::nn
