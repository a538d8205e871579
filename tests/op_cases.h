#pragma once

#include <functional>
#include <string>
#include <vector>

#include "odin/autograd/variable.h"

namespace odin::tests {

/// One use of a differentiable operation. The list of them drives the finite-difference checks, the
/// comparison of every backend with the reference loops, for values and for gradients, and that with
/// PyTorch; a test says which operations no case covers.
struct OpCase {
  std::string name;
  std::vector<tensor::Shape> inputs;
  std::function<autograd::Variable(const std::vector<autograd::Variable>&)> f;
  bool positive = false;  ///< inputs above 0 (logarithm, square root, division)
  bool small = true;      ///< few enough elements to be checked one by one
  double step = 1e-5;     ///< of finite differences
  std::string golden{};   ///< key of the golden values (golden/golden_ops.h); empty: none
  std::vector<tensor::Tensor> given{};  ///< the inputs, float64; none: random ones

  /// Float64 inputs on the CPU, the same every time. f takes them on any device.
  std::vector<tensor::Tensor> make_inputs() const;
};

/// Those of op_cases.cpp and those of the golden file.
const std::vector<OpCase>& op_cases();

/// One use of an operation that has no gradient; as OpCase otherwise.
struct TensorCase {
  std::string name;
  std::vector<tensor::Shape> inputs;
  std::function<tensor::Tensor(std::vector<tensor::Tensor>&)> f;
};

const std::vector<TensorCase>& tensor_cases();

}  // namespace odin::tests
