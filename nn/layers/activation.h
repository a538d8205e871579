#pragma once

#include "odin/nn/module.h"

namespace odin::nn {

class ReLU final : public Module {
 public:
  Variable forward(const Variable& x) const override;
};

}  // namespace odin::nn
