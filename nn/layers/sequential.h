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
    register_module(std::to_string(modules_.size()), added);
    modules_.push_back(std::move(module));
    return added;
  }

  Variable forward(const Variable& x) const override;
  std::size_t size() const { return modules_.size(); }
  Module& operator[](std::size_t i) { return *modules_[i]; }

 private:
  std::vector<std::unique_ptr<Module>> modules_;
};

}  // namespace odin::nn
