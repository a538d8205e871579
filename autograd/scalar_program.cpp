#include "odin/autograd/scalar_program.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <variant>

#include "odin/autograd/engine.h"
#include "odin/autograd/observer.h"
#include "odin/autograd/ops/elementwise.h"

namespace odin::autograd {
namespace {

using Op = ScalarStep::Op;

using Unary = Variable (*)(const Variable&);
using Binary = Variable (*)(const Variable&, const Variable&);

/// Everything about one operation: a new one is a row here and a name in ScalarStep::Op.
struct Row {
  Op op;
  const char* name;
  std::variant<std::monostate, Unary, Binary> function;  ///< of none, one or two earlier steps
};

constexpr Row kRows[] = {{Op::variable, "variable", {}},        {Op::constant, "constant", {}},
                         {Op::neg, "neg", Unary{neg}},          {Op::exp, "exp", Unary{exp}},
                         {Op::log, "log", Unary{log}},          {Op::sqrt, "sqrt", Unary{sqrt}},
                         {Op::square, "square", Unary{square}}, {Op::relu, "relu", Unary{relu}},
                         {Op::add, "add", Binary{add}},         {Op::sub, "sub", Binary{sub}},
                         {Op::mul, "mul", Binary{mul}},         {Op::div, "div", Binary{div}}};

const Row& row_of(Op op) {
  const auto found =
      std::find_if(std::begin(kRows), std::end(kRows), [op](const Row& r) { return r.op == op; });
  require(found != std::end(kRows), "scalar program: operation ", static_cast<int>(op),
          " has no row");
  return *found;
}

Variable run(const ScalarStep& step, const std::vector<Variable>& before) {
  const auto operand = [&](std::size_t position) -> const Variable& {
    require(position < before.size(), "scalar program: step ", before.size(),
            " reads a step that is not before it");
    return before[position];
  };
  const Row& row = row_of(step.op);
  if (const auto* unary = std::get_if<Unary>(&row.function)) return (*unary)(operand(step.a));
  if (const auto* binary = std::get_if<Binary>(&row.function))
    return (*binary)(operand(step.a), operand(step.b));
  return Variable(Tensor::scalar(step.value, DType::f64), step.op == Op::variable, step.name);
}

/// Writes down the gradients that the walk back reaches, in its order.
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
  }

 private:
  ScalarTape& tape_;
  std::unordered_map<const Node*, std::size_t> positions_;
};

}  // namespace

ScalarStep::Op scalar_op(const std::string& name) {
  for (const Row& row : kRows)
    if (name == row.name) return row.op;
  throw Error("scalar program: unknown operation '" + name + "'");
}

std::vector<std::string> scalar_functions() {
  std::vector<std::string> names;
  for (const Row& row : kRows)
    if (row.function.index() != 0) names.emplace_back(row.name);
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
