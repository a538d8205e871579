#include "odin/nn/graph/last_layer.h"

#include "odin/nn/graph/graph_index.h"

namespace odin::nn::graph {

std::optional<LastLayerNode> last_layer(const Graph& graph) {
  const GraphIndex index(graph);
  int i = index.maker(graph.output);
  while (i >= 0 && index.node(i).op == "reshape") i = index.maker(index.node(i).inputs[0]);
  if (i < 0 || !index.has_constant_tensors(i)) return std::nullopt;
  const Node& node = index.node(i);
  const auto& convolution = index.operation(i).convolution;
  if (node.op != "linear" && !convolution) return std::nullopt;
  return LastLayerNode{node.output, node.inputs, convolution};
}

}  // namespace odin::nn::graph
