#pragma once

#include "odin/nn/module.h"

namespace odin::nn {

class ReLU final : public Module {
 public:
  Variable forward(const Variable& x) const override;

 protected:
  std::unique_ptr<Module> make_like() const ODIN_CLONE_OVERRIDE { return std::make_unique<ReLU>(); }
};

}  // namespace odin::nn
