#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "odin/autograd/variable.h"
#include "odin/nn/initialize.h"
#include "odin/nn/state_dict.h"

// Virtual functions stay in a WebAssembly module even if nobody calls them, and would have to be
// downloaded; nobody clones there.
#ifdef __EMSCRIPTEN__
#define ODIN_CLONE_VIRTUAL
#define ODIN_CLONE_OVERRIDE
#else
#define ODIN_CLONE_VIRTUAL virtual
#define ODIN_CLONE_OVERRIDE override
#endif

namespace odin::nn {

using autograd::Variable;
using tensor::Shape;
using tensor::Tensor;

/// A network or a part of one. It holds parameters (trained), buffers (state that is not trained,
/// such as running statistics) and submodules. Their names, joined by dots, are the keys of the
/// state dict and the names of the leaves on the tape: "block1.layer.0.conv1.weight".
///
/// A module registers its members by reference, so it can be neither copied nor moved. It is a
/// submodule of at most one other module.
///
/// Thread-safe in evaluation mode: forward() is const and changes nothing, so any number of threads
/// may call it at once. Not thread-safe in training mode: batch normalization updates its running
/// statistics, even through a const module.
class Module {
 public:
  Module() = default;
  virtual ~Module() = default;
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  virtual Variable forward(const Variable& x) const = 0;
  /// Calls forward(x), and sets running() to this module meanwhile.
  Variable operator()(const Variable& x) const;
  /// The innermost module whose operator() is running in this thread; null if none is.
  static const Module* running();

  /// Sets training or evaluation mode, also of all submodules. In training mode batch normalization
  /// uses the statistics of the batch, in evaluation mode the running statistics. A new module is
  /// in evaluation mode.
  void train(bool training = true);
  void eval() { train(false); }
  bool is_training() const { return training_; }

  // Handles that share memory with the module, not copies, until to() moves it to another device.
  struct Parameter {
    std::string name;
    Variable variable;
    Initial initial = Initial::kept();
  };
  struct Buffer {
    std::string name;
    Tensor tensor;
    double initial = 0;
  };
  struct Part {
    std::string name;
    const Module* module;
  };
  /// In the order of registration, those of this module before those of its submodules.
  std::vector<Parameter> parameters() const;
  std::vector<Buffer> buffers() const;
  /// All submodules, at any depth.
  std::vector<Part> parts() const;
  /// The parameters without their names, in the same order. Cheaper than parameters(), for code
  /// that runs for every image.
  void for_each_parameter(const std::function<void(const Variable&)>& f) const;
  /// Calls f for this module and all submodules.
  void for_each_module(const std::function<void(Module&)>& f);
  std::int64_t parameter_count() const;

  /// Another network of the same kind, with copies of the parameters and buffers, on the same device
  /// and in the same mode; gradients are not copied. Every network of nn/models, GraphModule, the
  /// layers and a Sequential of such have one; throws Error for modules that do not override
  /// make_like(), and for all in WebAssembly. Thread-safe in evaluation mode.
  std::unique_ptr<Module> clone() const;

  void zero_grad();

  /// Moves parameters and buffers to a device. forward() then runs there and expects its input
  /// there.
  void to(tensor::Device device);
  /// The device of the parameters.
  tensor::Device device() const;

  /// Parameters and buffers by name. Handles that share memory with the module, not copies.
  StateDict state_dict() const;
  /// Copies the values into the module. Throws, and changes nothing, unless the names and shapes
  /// are exactly those of this module (entries named num_batches_tracked are ignored) and every
  /// value is finite in the module's dtype. The message lists the first twenty missing, unexpected,
  /// misshapen and non-finite entries.
  void load_state_dict(const StateDict& state);
  /// The same, but tensors that nobody else holds are taken over instead of copied: for a module made
  /// in a ShapesOnlyScope (shapes_only.h), which then is like any other.
  void take_state_dict(StateDict&& state);
  /// Throws if load_state_dict() would, without loading anything.
  void check_state_dict(const StateDict& state) const;

 protected:
  /// A new module constructed as this one was, for clone(), which fills it. Throws by default.
  ODIN_CLONE_VIRTUAL std::unique_ptr<Module> make_like() const;
  /// Takes over what is neither parameter nor buffer nor given to the constructor from a module of
  /// the same type, for clone().
  ODIN_CLONE_VIRTUAL void take_settings(const Module& like) { static_cast<void>(like); }

  /// Throws unless the parameter requires a gradient. `initial` is what initialize() fills it with.
  void register_parameter(std::string name, Variable& parameter, Initial initial = Initial::kept());
  void register_buffer(std::string name, Tensor& buffer, double initial = 0);
  void register_module(std::string name, Module& part);

 private:
  template <class T, class How>
  struct Member {
    std::string name;
    T* value;
    How initial;
  };
  struct Submodule {
    std::string name;
    Module* value;
  };
  /// Calls f(prefix, module) for this module and all submodules; a prefix is "block1.layer.0.".
  template <class F>
  void walk(const std::string& prefix, F&& f) const;

  bool training_ = false;
  std::string path_;  ///< names from the outermost module to this one: "block1.layer.0."
  std::vector<Member<Variable, Initial>> parameters_;
  std::vector<Member<Tensor, double>> buffers_;
  std::vector<Submodule> parts_;
};

}  // namespace odin::nn
