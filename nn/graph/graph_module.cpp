#include "odin/nn/graph/graph_module.h"

#include <algorithm>
#include <set>

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
    : graph_(std::move(graph)) {
  constexpr std::int64_t kSideOfAny = 224;
  graph::check_graph(graph_, tensors, input.or_square(kSideOfAny), classes);
  make_tensors(tensors);
  make_steps();
  find_last_uses();
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

void GraphModule::make_steps() {
  std::map<std::string, std::size_t> values{{graph_.input, 0}};
  for (const graph::Node& node : graph_.nodes) {
    Step step{.node = &node,
              .operation = make_operation(node),
              .inputs = {},
              .output = 0,
              .last_uses = {}};
    for (const std::string& name : node.inputs) {
      Operand operand;
      if (const auto parameter = parameters_.find(name); parameter != parameters_.end())
        operand.parameter = &parameter->second;
      else if (const auto buffer = buffers_.find(name); buffer != buffers_.end())
        operand.buffer = &buffer->second;
      else
        operand.value = values.at(name);
      step.inputs.push_back(operand);
    }
    step.output = values.size();
    values.emplace(node.output, step.output);
    steps_.push_back(std::move(step));
  }
  value_count_ = values.size();
  output_ = values.at(graph_.output);
}

void GraphModule::find_last_uses() {
  std::set<std::size_t> used_later{output_};
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
    if (used_later.insert(step->output).second) step->last_uses.push_back(step->output);
    for (const Operand& input : step->inputs)
      if (!input.parameter && !input.buffer && used_later.insert(input.value).second)
        step->last_uses.push_back(input.value);
  }
}

Variable GraphModule::run(const Step& step, const std::vector<Variable>& values,
                          std::int64_t batch) const {
  std::vector<Variable> inputs;
  for (const Operand& input : step.inputs)
    inputs.push_back(input.parameter ? *input.parameter
                     : input.buffer  ? Variable(*input.buffer)
                                     : values[input.value]);
  try {
    return step.operation.run(inputs, batch);
  } catch (const Error& e) {
    fail("graph: ", where(*step.node), e.what());
  }
}

Variable GraphModule::forward(const Variable& x) const {
  require(!is_training(), "graph: a network from an ONNX model cannot be trained");
  require(x.rank() == 4, "graph: expected images [N,C,H,W], got ", x.shape());
  std::vector<Variable> values(value_count_);
  values[0] = x;
  for (const Step& step : steps_) {
    values[step.output] = run(step, values, x.dim(0));
    for (const std::size_t value : step.last_uses) values[value] = Variable();
  }
  return values[output_];
}

}  // namespace odin::nn
