#include <emscripten/em_js.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "calls.h"
#include "odin/autograd/dump.h"
#include "odin/autograd/engine.h"
#include "odin/autograd/saved.h"

// Gradients, the tape, and operations whose gradient rule is JavaScript.

// The rule's number; the scratch has its arguments. Returns how many gradients the rule has written
// there, or -1 if it threw, which JavaScript remembers.
EM_JS(int, odin_run_rule, (int rule), { return Module['rule'](rule); });

namespace odin::web {
namespace {

using autograd::Gradients, autograd::Saved;

// The scopes of noGrad(), which end in the reverse order.
std::vector<std::unique_ptr<autograd::NoGradScope>>& no_grad_scopes() {
  static std::vector<std::unique_ptr<autograd::NoGradScope>> scopes;
  return scopes;
}

autograd::BackwardOptions backward_options(Arguments& in) {
  const Variable seed = in.optional_tensor();
  return {.seed = seed.defined() ? seed.value() : Tensor(), .retain_graph = in.flag()};
}

nlohmann::json numbers_of(const Dims& dims) {
  auto list = nlohmann::json::array();
  for (const std::int64_t n : dims) list.push_back(n);
  return list;
}

/// Inputs that need no gradient are null.
std::string tape_json(const Variable& output) {
  const auto nodes = autograd::tape(output);
  std::unordered_map<const autograd::Node*, std::size_t> ids;
  for (const auto& node : nodes) ids.emplace(node.get(), ids.size());
  auto list = nlohmann::json::array();
  for (const auto& node : nodes) {
    auto inputs = nlohmann::json::array();
    for (const auto& input : node->inputs)
      inputs.push_back(input ? nlohmann::json(ids.at(input.get())) : nlohmann::json());
    list.push_back({{"id", ids.at(node.get())},
                    {"op", node->name},
                    {"shape", numbers_of(node->shape)},
                    {"inputs", inputs},
                    {"leaf", node->is_leaf}});
  }
  return list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// What a rule in JavaScript is given: copies of the inputs and the result, without the graph, which
/// must not keep itself alive.
struct ScriptRule {
  std::string name;
  int rule;
  std::vector<Saved> inputs;
  Saved result;

  /// Gives JavaScript, as the results of a call: for each input whether its gradient is wanted, and
  /// dy, the result and the inputs. It answers with handles of gradients, 0 for none.
  void operator()(const Tensor& dy, Gradients& into) const {
    Results given;
    given.add(dy);
    given.add(result.get());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      given.number(into.wants(static_cast<int>(i)));
      given.add(inputs[i].get());
    }
    given.write();
    const int count = odin_run_rule(rule);
    require(count >= 0, name, ": its backward failed");
    require(count == std::ssize(inputs), name, ": its backward gave ", count,
            " gradients, expected one for each of ", inputs.size(), " inputs");
    const std::vector<double> handles(scratch(), scratch() + count);
    for (int i = 0; i < count; ++i)
      if (const auto handle = static_cast<int>(handles[static_cast<std::size_t>(i)]);
          handle != 0 && into.wants(i))
        into.add(i, kept(handle).value());
  }
};

constexpr Function kTapeFunctions[] = {
    // output, gradient of it (or 0), whether the graph is kept
    {"backward",
     [](Arguments& in, Results&) {
       const Variable output = in.tensor();
       autograd::backward(output, backward_options(in));
     }},
    {"grad",
     [](Arguments& in, Results& out) {
       const Variable output = in.tensor();
       const std::vector<Variable> inputs = in.tensors();
       for (Tensor& gradient : autograd::grad(output, inputs, backward_options(in)))
         out.add(std::move(gradient));
     }},
    {"beginNoGrad",
     [](Arguments&, Results&) {
       no_grad_scopes().push_back(std::make_unique<autograd::NoGradScope>());
     }},
    {"endNoGrad", [](Arguments&, Results&) { no_grad_scopes().pop_back(); }},
    {"tape",
     [](Arguments& in, Results& out) {
       text() = tape_json(in.tensor());
       out.with_text();
     }},
    {"tapeText",
     [](Arguments& in, Results& out) {
       text() = autograd::to_text(in.tensor());
       out.with_text();
     }},
    {"tapeGraphviz",
     [](Arguments& in, Results& out) {
       text() = autograd::to_graphviz(in.tensor());
       out.with_text();
     }},
    // the number of the rule, the value, the inputs; the text is the operation's name
    {"record",
     [](Arguments& in, Results& out) {
       const int rule = in.handle();
       const Tensor value = in.tensor().value();
       const std::vector<Variable> inputs = in.tensors();
       // The node has the name for as long as it lives; there are as many as operations were made.
       static std::map<std::string, int> names;
       const char* name = names.emplace(text(), 0).first->first.c_str();
       ScriptRule made{name, rule, {}, Saved(name, value)};
       for (const Variable& input : inputs) made.inputs.emplace_back(name, input.value());
       out.add(autograd::record(name, value, inputs, std::move(made)));
     }},
};

}  // namespace

std::span<const Function> tape_functions() { return kTapeFunctions; }

}  // namespace odin::web
