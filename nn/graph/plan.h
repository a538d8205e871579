#pragma once

#include <functional>
#include <string>
#include <vector>

#include "odin/nn/graph/graph.h"
#include "odin/nn/graph/operation.h"
#include "odin/nn/state_dict.h"

namespace odin::nn::graph {

/// A step of executing a graph: one node, or several that are computed as one.
struct Step {
  std::vector<std::string>
      inputs;  ///< names of values and tensors, in the order that `run` expects
  std::string output;
  std::function<Variable(Inputs, std::int64_t batch)> run;
  std::string where;  ///< the beginning of messages: "node 'fc' (linear): "
};

/// One step for each node.
std::vector<Step> plain_steps(const Graph& graph);

/// Fewer steps with the same result, up to rounding, for evaluation with tensors that need no
/// gradient. Fused are, where nothing else reads the values in between:
///   - a convolution with the batch normalization, the addition and the activation behind it;
///   - before that, a batch normalization and its ReLU, applied while the convolution reads;
///   - a 1x1 convolution and the depthwise one behind it, each with what is behind it;
///   - a batch normalization with its ReLU;
///   - whole blocks of DenseNets (dense_blocks.h).
/// tests/nn/graph_plan_test.cpp compares them with the plain steps.
/// Of the graph's tensors only the shapes are read.
std::vector<Step> fused_steps(const Graph& graph, const StateDict& tensors);

}  // namespace odin::nn::graph
