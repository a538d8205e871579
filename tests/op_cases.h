#pragma once

#include <functional>
#include <string>
#include <vector>

#include "odin/autograd/variable.h"

namespace odin::tests {

/// One use of a differentiable operation. The list of them drives the finite-difference checks and
/// the comparison of every backend with the reference loops, for values and for gradients.
struct OpCase {
  std::string name;
  std::vector<tensor::Shape> inputs;
  std::function<autograd::Variable(const std::vector<autograd::Variable>&)> f;
  bool positive = false;  ///< inputs above 0 (logarithm, square root, division)
  bool small = true;      ///< few enough elements to be checked one by one
  double step = 1e-5;     ///< of finite differences

  /// Random float64 inputs on the CPU, the same every time. f takes them on any device.
  std::vector<tensor::Tensor> make_inputs() const;
};

const std::vector<OpCase>& op_cases();

}  // namespace odin::tests
