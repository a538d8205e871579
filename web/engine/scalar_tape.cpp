#include "engine.h"
#include "odin/autograd/scalar_program.h"

namespace odin::web {
namespace {

std::size_t position(const val& step, const char* operand) {
  return optional<unsigned>(step, operand).value_or(0);
}

autograd::ScalarStep step_of(const val& step) {
  return {.op = autograd::scalar_op(step["op"].as<std::string>()),
          .value = value_or(step, "value", 0.0),
          .a = position(step, "a"),
          .b = position(step, "b"),
          .name = value_or(step, "name", std::string())};
}

/// A ScalarProgram: { steps }.
val differentiate(const val& request) {
  std::vector<autograd::ScalarStep> steps;
  for (const val& step : emscripten::vecFromJSArray<val>(request["steps"]))
    steps.push_back(step_of(step));
  const autograd::ScalarTape tape = autograd::differentiate(steps);
  val order = val::array();
  for (const std::size_t at : tape.order) order.call<void>("push", static_cast<double>(at));
  val result = val::object();
  result.set("values", val::array(tape.values));
  result.set("gradients", val::array(tape.gradients));
  result.set("order", order);
  return result;
}

}  // namespace

EMSCRIPTEN_BINDINGS(scalar_tape) { expose<&differentiate>("differentiate"); }

}  // namespace odin::web
