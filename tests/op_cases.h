#pragma once

#include <functional>
#include <string>
#include <vector>

#include "odin/autograd/variable.h"

namespace odin::tests {

/// A test case of a differentiable operation. The list of cases drives the finite-difference
/// checks, the comparison of every backend with the reference loops (values and gradients) and the
/// comparison with PyTorch. A test fails if an operation has no case.
struct OpCase {
  std::string name;
  std::vector<tensor::Shape> inputs;
  std::function<autograd::Variable(const std::vector<autograd::Variable>&)> f;
  bool positive = false;  ///< inputs must be above 0 (logarithm, square root, division)
  bool small = true;      ///< few enough elements for finite differences
  double step = 1e-5;     ///< step of the finite differences
  std::string golden{};   ///< key of the golden values (golden/golden_ops.h); empty: none
  std::vector<tensor::Tensor> given{};  ///< the inputs in float64; empty: random inputs

  /// Float64 inputs on the CPU, the same in every call. f takes inputs on any device.
  std::vector<tensor::Tensor> make_inputs() const;
};

/// The cases of op_cases.cpp and those of the golden file.
const std::vector<OpCase>& op_cases();

/// A test case of an operation without a gradient, otherwise as OpCase.
struct TensorCase {
  std::string name;
  std::vector<tensor::Shape> inputs;
  std::function<tensor::Tensor(std::vector<tensor::Tensor>&)> f;
  double tolerance = 1e-6;  ///< relative, between a backend and the reference loops
};

const std::vector<TensorCase>& tensor_cases();

}  // namespace odin::tests
