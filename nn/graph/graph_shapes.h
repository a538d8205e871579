#pragma once

#include <map>
#include <string>

#include "odin/nn/graph/graph.h"
#include "odin/nn/graph/operation.h"
#include "odin/nn/input_size.h"
#include "odin/nn/state_dict.h"

namespace odin::nn::graph {

/// The shape of every value of the graph for images of this size: its input, its tensors and the
/// nodes' results. Throws, naming the node, unless every node's inputs exist before it, every
/// result has a name of its own, and all shapes fit together. Computes nothing.
std::map<std::string, Shape> value_shapes(const Graph& graph, const StateDict& tensors,
                                          const InputSize& input, std::int64_t batch = 1);

/// Throws unless the graph makes logits [N,classes] of images of this size, for every number N of
/// images; the errors are those of value_shapes().
void check_graph(const Graph& graph, const StateDict& tensors, const InputSize& input,
                 std::int64_t classes);

/// What a node does for one image, for tables.
struct NodeSummary {
  const Node* node;
  Shape output;                    ///< [1,...]
  std::int64_t parameters = 0;     ///< numbers in its tensors, those of earlier nodes excepted
  std::int64_t multiply_adds = 0;  ///< of convolutions and matrix products
};
/// One entry for each node. Throws like value_shapes().
std::vector<NodeSummary> summarize(const Graph& graph, const StateDict& tensors,
                                   const InputSize& input);

}  // namespace odin::nn::graph
