#include "engine.h"
#include "odin/autograd/scalar_program.h"

namespace odin::web {
namespace {

/// A required member of a step.
template <class T>
T field(const val& step, const std::string& op, const char* name) {
  const auto value = optional<T>(step, name);
  require(value.has_value(), "scalar program: a step of '", op, "' has no ", name);
  return *value;
}

autograd::ScalarStep step_of(const val& step) {
  const auto op = step["op"].as<std::string>();
  autograd::ScalarStep result{.op = autograd::scalar_op(op)};
  const int operands = autograd::operand_count(result.op);
  if (operands == 0) result.value = field<double>(step, op, "value");
  if (operands >= 1) result.a = field<unsigned>(step, op, "a");
  if (operands == 2) result.b = field<unsigned>(step, op, "b");
  result.name = value_or(step, "name", std::string());
  return result;
}

val flow_of(const autograd::ScalarFlow& flow) {
  val result = val::object();
  result.set("from", static_cast<double>(flow.from));
  result.set("to", static_cast<double>(flow.to));
  result.set("amount", flow.amount);
  return result;
}

/// Request { steps }, a ScalarProgram.
val differentiate(const val& request) {
  std::vector<autograd::ScalarStep> steps;
  for (const val& step : emscripten::vecFromJSArray<val>(request["steps"]))
    steps.push_back(step_of(step));
  const autograd::ScalarTape tape = autograd::differentiate(steps);
  val order = val::array(), flows = val::array();
  for (const std::size_t at : tape.order) order.call<void>("push", static_cast<double>(at));
  for (const autograd::ScalarFlow& flow : tape.flows) flows.call<void>("push", flow_of(flow));
  val result = val::object();
  result.set("values", val::array(tape.values));
  result.set("gradients", val::array(tape.gradients));
  result.set("order", order);
  result.set("flows", flows);
  return result;
}

}  // namespace

EMSCRIPTEN_BINDINGS(scalar_tape) { expose<&differentiate>("differentiate"); }

}  // namespace odin::web
