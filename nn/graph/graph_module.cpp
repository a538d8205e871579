#include "odin/nn/graph/graph_module.h"

#include <algorithm>
#include <set>

#include "odin/nn/features.h"
#include "odin/nn/fusion.h"
#include "odin/nn/graph/graph_shapes.h"
#include "odin/nn/shapes_only.h"

namespace odin::nn {
namespace {

/// Whether input number `i` of such a node is trained: a weight, bias or scale.
bool is_trained(const graph::Node& node, std::size_t i) {
  if (node.op == "batch_norm") return i == 1 || i == 2;
  static const std::set<std::string> with_weights{"conv2d", "linear",     "matmul",
                                                  "prelu",  "layer_norm", "group_norm"};
  return with_weights.contains(node.op);
}

}  // namespace

GraphModule::GraphModule(graph::Graph graph, const StateDict& tensors, const InputSize& input,
                         std::int64_t classes)
    : graph_(std::move(graph)), input_(input), classes_(classes) {
  constexpr std::int64_t kSideOfAny = 224;
  graph::check_graph(graph_, tensors, input.or_square(kSideOfAny), classes);
  make_tensors(tensors);
  last_layer_ = graph::last_layer(graph_);
  plain_ = placed(graph::plain_steps(graph_));
  fused_ = placed(graph::fused_steps(graph_, tensors));
}

std::unique_ptr<Module> GraphModule::make_like() const {
  return std::make_unique<GraphModule>(graph_, state_dict(), input_, classes_);
}

/// In the order of the nodes, so that the last parameters are those of the last layer.
void GraphModule::make_tensors(const StateDict& shapes) {
  std::set<std::string> trained;
  for (const graph::Node& node : graph_.nodes)
    for (std::size_t i = 0; i < node.inputs.size(); ++i)
      if (is_trained(node, i)) trained.insert(node.inputs[i]);
  for (const graph::Node& node : graph_.nodes) {
    for (const std::string& name : node.inputs) {
      const auto tensor = shapes.find(name);
      if (tensor == shapes.end() || parameters_.contains(name) || buffers_.contains(name)) continue;
      if (trained.contains(name)) {
        const Variable zero(filled(tensor->second.shape(), 0), true, name);
        register_parameter(name, parameters_.emplace(name, zero).first->second);
      } else {
        register_buffer(name,
                        buffers_.emplace(name, filled(tensor->second.shape(), 0)).first->second);
      }
    }
  }
}

namespace {

/// For each step, the values that it is the last to read; its own result, if nobody reads it.
void find_last_uses(auto& plan) {
  std::set<std::size_t> used_later{plan.output};
  for (auto step = plan.steps.rbegin(); step != plan.steps.rend(); ++step) {
    if (used_later.insert(step->output).second) step->last_uses.push_back(step->output);
    for (const auto& input : step->inputs)
      if (!input.parameter && !input.buffer && used_later.insert(input.value).second)
        step->last_uses.push_back(input.value);
  }
}

}  // namespace

GraphModule::Plan GraphModule::placed(std::vector<graph::Step> steps) const {
  Plan plan;
  std::map<std::string, std::size_t> values{{graph_.input, 0}};
  for (graph::Step& step : steps) {
    PlacedStep placed{
        .step = std::move(step), .inputs = {}, .output = values.size(), .last_uses = {}};
    for (const std::string& name : placed.step.inputs) {
      Operand operand;
      if (const auto parameter = parameters_.find(name); parameter != parameters_.end())
        operand.parameter = &parameter->second;
      else if (const auto buffer = buffers_.find(name); buffer != buffers_.end())
        operand.buffer = &buffer->second;
      else
        operand.value = values.at(name);
      placed.inputs.push_back(operand);
    }
    values.emplace(placed.step.output, placed.output);
    if (last_layer_ && placed.step.output == last_layer_->output &&
        placed.step.inputs == last_layer_->inputs)
      plan.last_layer = plan.steps.size();
    plan.steps.push_back(std::move(placed));
  }
  plan.values = values.size();
  plan.output = values.at(graph_.output);
  find_last_uses(plan);
  return plan;
}

/// The fused steps know no gradients of tensors.
const GraphModule::Plan& GraphModule::plan() const {
  if (!fusion_enabled()) return plain_;
  for (const auto& [name, parameter] : parameters_)
    if (autograd::needs_grad(parameter)) return plain_;
  return fused_;
}

std::vector<Variable> GraphModule::inputs_of(const PlacedStep& placed,
                                             const std::vector<Variable>& values) const {
  std::vector<Variable> inputs;
  for (const Operand& input : placed.inputs)
    inputs.push_back(input.parameter ? *input.parameter
                     : input.buffer  ? Variable(*input.buffer)
                                     : values[input.value]);
  return inputs;
}

Variable GraphModule::run(const PlacedStep& placed, const std::vector<Variable>& values,
                          std::int64_t batch) const {
  try {
    return placed.step.run(inputs_of(placed, values), batch);
  } catch (const Error& e) {
    fail("graph: ", placed.step.where, e.what());
  }
}

Variable GraphModule::forward(const Variable& x) const {
  require(!is_training(), "graph: a network from an ONNX model cannot be trained");
  require(x.rank() == 4, "graph: expected images [N,C,H,W], got ", x.shape());
  const Plan& plan = this->plan();
  std::vector<Variable> values(plan.values);
  values[0] = x;
  std::vector<Variable> last;  // what the last layer reads
  for (const PlacedStep& step : plan.steps) {
    if (plan.last_layer && &step == &plan.steps[*plan.last_layer] && features_wanted())
      last = inputs_of(step, values);
    values[step.output] = run(step, values, x.dim(0));
    for (const std::size_t value : step.last_uses) values[value] = Variable();
  }
  if (!last.empty()) note_last_layer(last, values[plan.output]);
  return values[plan.output];
}

void GraphModule::note_last_layer(const std::vector<Variable>& inputs, const Variable& y) const {
  const auto& conv = last_layer_->convolution;
  if (conv && !is_linear_conv(inputs[0].shape(), inputs[1].shape(), *conv)) return;
  note_linear(inputs[0], inputs[1], inputs.size() > 2 ? inputs[2] : Variable(), y);
}

}  // namespace odin::nn
