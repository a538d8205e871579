#pragma once

#include <vector>

#include "odin/tensor/tensor.h"

namespace odin::tests {

/// 0, 1, 2, ... times a step.
inline tensor::Tensor counting(const tensor::Shape& shape, float step = 1) {
  std::vector<float> values(static_cast<std::size_t>(tensor::numel(shape)));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i) * step;
  return tensor::Tensor::from(values, shape);
}

}  // namespace odin::tests
