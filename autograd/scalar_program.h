#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace odin::autograd {

/// One step of an expression in postfix order: a variable, a constant, or an operation on the
/// results of earlier steps.
struct ScalarStep {
  enum class Op { variable, constant, neg, exp, log, sqrt, square, relu, tanh, add, sub, mul, div };
  Op op = Op::constant;
  double value = 0;       ///< of a variable or a constant
  std::size_t a = 0;      ///< index of the step that is the first operand
  std::size_t b = 0;      ///< index of the step that is the second operand
  std::string name = {};  ///< of a variable
};

/// The operation named "add", "exp", .... Throws for an unknown name.
ScalarStep::Op scalar_op(const std::string& name);
/// The names of all operations, without variables and constants.
std::vector<std::string> scalar_functions();

/// What the gradient rule of step `from` adds to the gradient of its operand `to`.
struct ScalarFlow {
  std::size_t from, to;
  double amount;
};

/// The values and gradients of an expression, by step.
struct ScalarTape {
  std::vector<double> values;
  /// Of the last step with respect to each step; 0 if it does not depend on that step.
  std::vector<double> gradients;
  /// Indices of the steps in the order in which the backward pass reached them, without constants,
  /// which are not recorded.
  std::vector<std::size_t> order;
  /// The flow along each edge, in the same order. A step's gradient is the sum of the flows to it;
  /// the last step's gradient is 1.
  std::vector<ScalarFlow> flows;
};

/// The number of operands: 0, 1 or 2.
int operand_count(ScalarStep::Op op);

/// Evaluates the steps in float64 and differentiates the last one. Throws if there are no steps, or
/// if an operand of a step is not an earlier step.
ScalarTape differentiate(const std::vector<ScalarStep>& steps);

}  // namespace odin::autograd
