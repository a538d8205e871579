#include "odin/nn/layers/sequential.h"

namespace odin::nn {

Variable Sequential::forward(const Variable& x) const {
  Variable y = x;
  for (const auto& module : modules_) y = (*module)(y);
  return y;
}

}  // namespace odin::nn
