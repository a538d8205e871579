#pragma once

#include <memory>
#include <vector>

#include "odin/nn/module.h"

namespace odin::nn {

/// Modules that run one after another, named "0", "1", ...
class Sequential final : public Module {
 public:
  Sequential() = default;

  /// Appends a module of type M, constructed from `args`, and returns it.
  template <class M, class... Args>
  M& add(Args&&... args) {
    auto module = std::make_unique<M>(std::forward<Args>(args)...);
    M& added = *module;
    add_module(std::move(module));
    return added;
  }
  /// Appends a module that was made elsewhere.
  void add_module(std::unique_ptr<Module> module);

  Variable forward(const Variable& x) const override;
  std::size_t size() const { return modules_.size(); }
  Module& operator[](std::size_t i) { return *modules_[i]; }

 protected:
  std::unique_ptr<Module> make_like() const ODIN_CLONE_OVERRIDE;

 private:
  std::vector<std::unique_ptr<Module>> modules_;
};

}  // namespace odin::nn
