#include "odin/autograd/scalar_program.h"

#include <array>
#include <unordered_map>

#include "odin/autograd/engine.h"
#include "odin/autograd/observer.h"
#include "odin/autograd/ops/elementwise.h"

namespace odin::autograd {
namespace {

using Op = ScalarStep::Op;

/// An operation: its name and the function that records it.
struct Operation {
  const char* name;
  Op op;
  Variable (*unary)(const Variable&) = nullptr;
  Variable (*binary)(const Variable&, const Variable&) = nullptr;
};

using V = Variable;
constexpr std::array kOperations{
    Operation{"variable", Op::variable},
    Operation{"constant", Op::constant},
    Operation{"neg", Op::neg, [](const V& a) { return neg(a); }},
    Operation{"exp", Op::exp, [](const V& a) { return exp(a); }},
    Operation{"log", Op::log, [](const V& a) { return log(a); }},
    Operation{"sqrt", Op::sqrt, [](const V& a) { return sqrt(a); }},
    Operation{"square", Op::square, [](const V& a) { return square(a); }},
    Operation{"relu", Op::relu, [](const V& a) { return relu(a); }},
    Operation{"tanh", Op::tanh, [](const V& a) { return tanh(a); }},
    Operation{"add", Op::add, nullptr, [](const V& a, const V& b) { return add(a, b); }},
    Operation{"sub", Op::sub, nullptr, [](const V& a, const V& b) { return sub(a, b); }},
    Operation{"mul", Op::mul, nullptr, [](const V& a, const V& b) { return mul(a, b); }},
    Operation{"div", Op::div, nullptr, [](const V& a, const V& b) { return div(a, b); }},
};

const Operation& operation(Op op) {
  for (const Operation& known : kOperations)
    if (known.op == op) return known;
  fail("scalar program: unknown operation ", static_cast<int>(op));
}

Variable run(const ScalarStep& step, const std::vector<Variable>& before) {
  const int operands = operand_count(step.op);
  if (operands == 0)
    return Variable(Tensor::scalar(step.value, DType::f64), step.op == Op::variable, step.name);
  require(step.a < before.size() && (operands == 1 || step.b < before.size()),
          "scalar program: step ", before.size(), " reads a step that is not before it");
  const Operation& known = operation(step.op);
  return operands == 1 ? known.unary(before[step.a]) : known.binary(before[step.a], before[step.b]);
}

/// Collects the gradients in the order of the backward pass, and what each step adds to its
/// operands' gradients; for the latter it runs every gradient rule a second time.
class Walk final : public Observer {
 public:
  Walk(const std::vector<Variable>& steps, ScalarTape& tape) : tape_(tape) {
    for (std::size_t i = 0; i < steps.size(); ++i)
      if (steps[i].node()) positions_[steps[i].node().get()] = i;
  }
  void recorded(const Variable&, std::span<const Variable>) override {}
  void reached(const Node& node, const Tensor& gradient) override {
    const std::size_t position = positions_.at(&node);
    tape_.gradients[position] = gradient.item();
    tape_.order.push_back(position);
    Flows flows(*this, node);
    if (node.rule) node.rule(gradient, flows);
  }

 private:
  class Flows final : public Gradients {
   public:
    Flows(Walk& walk, const Node& node) : walk_(walk), node_(node) {}
    bool wants(int input) const override {
      return node_.inputs[static_cast<std::size_t>(input)] != nullptr;
    }
    void add(int input, Tensor gradient) override {
      const Node* to = node_.inputs[static_cast<std::size_t>(input)].get();
      walk_.tape_.flows.push_back(
          {walk_.positions_.at(&node_), walk_.positions_.at(to), gradient.item()});
    }

   private:
    Walk& walk_;
    const Node& node_;
  };

  ScalarTape& tape_;
  std::unordered_map<const Node*, std::size_t> positions_;
};

}  // namespace

ScalarStep::Op scalar_op(const std::string& name) {
  for (const Operation& known : kOperations)
    if (name == known.name) return known.op;
  fail("scalar program: unknown operation '", name, "'");
}

int operand_count(Op op) {
  const Operation& known = operation(op);
  return known.binary ? 2 : known.unary ? 1 : 0;
}

std::vector<std::string> scalar_functions() {
  std::vector<std::string> names;
  for (const Operation& known : kOperations)
    if (known.unary || known.binary) names.emplace_back(known.name);
  return names;
}

ScalarTape differentiate(const std::vector<ScalarStep>& steps) {
  require(!steps.empty(), "scalar program: no steps");
  std::vector<Variable> variables;
  ScalarTape tape;
  for (const ScalarStep& step : steps) {
    variables.push_back(run(step, variables));
    tape.values.push_back(variables.back().value().item());
  }
  tape.gradients.assign(steps.size(), 0);
  if (!variables.back().requires_grad()) return tape;
  Walk walk(variables, tape);
  const ObserverScope scope(walk);
  backward(variables.back());
  return tape;
}

}  // namespace odin::autograd
