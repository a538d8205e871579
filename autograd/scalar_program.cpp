#include "odin/autograd/scalar_program.h"

#include <array>
#include <unordered_map>
#include <utility>

#include "odin/autograd/engine.h"
#include "odin/autograd/observer.h"
#include "odin/autograd/ops/elementwise.h"

namespace odin::autograd {
namespace {

using Op = ScalarStep::Op;

constexpr std::array<std::pair<const char*, Op>, 12> kOps{{{"variable", Op::variable},
                                                           {"constant", Op::constant},
                                                           {"neg", Op::neg},
                                                           {"exp", Op::exp},
                                                           {"log", Op::log},
                                                           {"sqrt", Op::sqrt},
                                                           {"square", Op::square},
                                                           {"relu", Op::relu},
                                                           {"add", Op::add},
                                                           {"sub", Op::sub},
                                                           {"mul", Op::mul},
                                                           {"div", Op::div}}};

bool reads_two(Op op) { return op == Op::add || op == Op::sub || op == Op::mul || op == Op::div; }

Variable unary(Op op, const Variable& a) {
  switch (op) {
    case Op::neg: return neg(a);
    case Op::exp: return exp(a);
    case Op::log: return log(a);
    case Op::sqrt: return sqrt(a);
    case Op::square: return square(a);
    default: return relu(a);
  }
}

Variable binary(Op op, const Variable& a, const Variable& b) {
  switch (op) {
    case Op::add: return add(a, b);
    case Op::sub: return sub(a, b);
    case Op::mul: return mul(a, b);
    default: return div(a, b);
  }
}

Variable run(const ScalarStep& step, const std::vector<Variable>& before) {
  if (step.op == Op::variable || step.op == Op::constant)
    return Variable(Tensor::scalar(step.value, DType::f64), step.op == Op::variable, step.name);
  const bool two = reads_two(step.op);
  require(step.a < before.size() && (!two || step.b < before.size()), "scalar program: step ",
          before.size(), " reads a step that is not before it");
  return two ? binary(step.op, before[step.a], before[step.b]) : unary(step.op, before[step.a]);
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
  for (const auto& [known, op] : kOps)
    if (name == known) return op;
  throw Error("scalar program: unknown operation '" + name + "'");
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
