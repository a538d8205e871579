#pragma once

#include <vector>

#include "odin/nn/graph/graph_index.h"
#include "odin/nn/graph/plan.h"
#include "odin/nn/state_dict.h"

namespace odin::nn::graph {

/// A block of a DenseNet (nn/models/dense_layer.h) among the nodes of a graph: layers whose results
/// are appended to the channels that they read.
struct DenseBlockNodes {
  Step step;               ///< computes the whole block by autograd::dense_block
  std::vector<int> nodes;  ///< what it replaces; it runs in the place of the last of them
};

/// All of them, in order. Nobody else reads the values in between. Of the graph's tensors only the
/// shapes are read.
std::vector<DenseBlockNodes> find_dense_blocks(const GraphIndex& graph, const StateDict& tensors);

}  // namespace odin::nn::graph
