#pragma once

#include <string>

#include "odin/autograd/variable.h"

namespace odin::tests {

/// A scalar that a graph starts from.
inline autograd::Variable leaf(double value, const std::string& name) {
  return autograd::Variable(tensor::Tensor::scalar(value), true, name);
}

}  // namespace odin::tests
