#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace odin::autograd {

/// One step of an expression in postfix order: a number, or an operation on earlier steps.
struct ScalarStep {
  enum class Op { variable, constant, neg, exp, log, sqrt, square, relu, tanh, add, sub, mul, div };
  Op op = Op::constant;
  double value = 0;       ///< of a variable or constant
  std::size_t a = 0;      ///< position of the (first) operand
  std::size_t b = 0;      ///< position of the second one
  std::string name = {};  ///< of a variable
};

/// "add" and the like. Throws for a name that is no operation.
ScalarStep::Op scalar_op(const std::string& name);
/// The names of all operations on earlier steps.
std::vector<std::string> scalar_functions();

/// The part of the gradient of step `to` that the gradient rule of step `from` adds to it.
struct ScalarFlow {
  std::size_t from, to;
  double amount;
};

/// What an expression's tape holds, step for step.
struct ScalarTape {
  std::vector<double> values;
  /// Of the last step with respect to each; 0 where it does not depend on it.
  std::vector<double> gradients;
  /// Positions in the order in which the walk back reached them. Constants are not on the tape.
  std::vector<std::size_t> order;
  /// Along each edge, in the same order: they add up to the gradients, but for the last step's 1.
  std::vector<ScalarFlow> flows;
};

/// How many earlier steps an operation reads: 0, 1 or 2.
int operand_count(ScalarStep::Op op);

/// Records the steps in float64 and walks back from the last one. Throws when there are none, or
/// when a step reads one that is not before it.
ScalarTape differentiate(const std::vector<ScalarStep>& steps);

}  // namespace odin::autograd
