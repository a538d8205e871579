#pragma once

#include "odin/nn/module.h"

namespace odin::nn {

/// x itself. Holds the place of a layer without parameters, so that later ones keep their numbers.
class Identity final : public Module {
 public:
  Variable forward(const Variable& x) const override { return x; }

 protected:
  std::unique_ptr<Module> make_like() const ODIN_CLONE_OVERRIDE {
    return std::make_unique<Identity>();
  }
};

}  // namespace odin::nn
