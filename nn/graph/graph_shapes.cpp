#include "odin/nn/graph/graph_shapes.h"

#include <set>

#include "odin/nn/io/quote.h"

namespace odin::nn::graph {
namespace {

/// Calls f(node, operation, shapes of its inputs, shape of its result) for each node in order.
template <class F>
std::map<std::string, Shape> walk(const Graph& graph, const StateDict& tensors,
                                  const InputSize& input, std::int64_t batch, F&& f) {
  std::map<std::string, Shape> shapes{{graph.input, input.batch(batch)}};
  for (const auto& [name, tensor] : tensors)
    require(shapes.emplace(name, tensor.shape()).second, "graph: the input and a tensor are both ",
            "named ", quote(name));
  for (const Node& node : graph.nodes) {
    try {
      const Operation operation = make_operation(node);
      std::vector<Shape> inputs;
      for (const std::string& name : node.inputs) {
        const auto found = shapes.find(name);
        require(found != shapes.end(), "there is no tensor and no earlier result named ",
                quote(name));
        inputs.push_back(found->second);
      }
      const Shape shape = operation.shape(inputs, batch);
      require(shapes.emplace(node.output, shape).second, "the name is taken");
      f(node, operation, inputs, shape);
    } catch (const Error& e) {
      fail("graph: ", where(node), e.what());
    }
  }
  return shapes;
}

}  // namespace

std::map<std::string, Shape> value_shapes(const Graph& graph, const StateDict& tensors,
                                          const InputSize& input, std::int64_t batch) {
  return walk(graph, tensors, input, batch, [](auto&&...) {});
}

void check_graph(const Graph& graph, const StateDict& tensors, const InputSize& input,
                 std::int64_t classes) {
  for (const std::int64_t batch : {2, 3}) {
    const auto shapes = value_shapes(graph, tensors, input, batch);
    const auto found = shapes.find(graph.output);
    require(found != shapes.end(), "graph: no node makes the output ", quote(graph.output));
    require(found->second == Shape{batch, classes}, "graph: expected logits [", batch, ",", classes,
            "] of ", batch, " images, got ", found->second);
  }
}

std::vector<NodeSummary> summarize(const Graph& graph, const StateDict& tensors,
                                   const InputSize& input) {
  std::vector<NodeSummary> all;
  std::set<std::string> counted;
  walk(graph, tensors, input, 1,
       [&](const Node& node, const Operation& operation, Shapes inputs, const Shape& shape) {
         NodeSummary summary{.node = &node, .output = shape};
         for (const std::string& name : node.inputs)
           if (const auto tensor = tensors.find(name);
               tensor != tensors.end() && counted.insert(name).second)
             summary.parameters += tensor->second.numel();
         if (operation.multiply_adds) summary.multiply_adds = operation.multiply_adds(inputs);
         all.push_back(summary);
       });
  return all;
}

}  // namespace odin::nn::graph
