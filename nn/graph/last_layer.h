#pragma once

#include <optional>
#include <string>
#include <vector>

#include "odin/nn/graph/graph.h"
#include "odin/tensor/params.h"

namespace odin::nn::graph {

/// The node that computes the logits as a linear function of features.
struct LastLayerNode {
  std::string output;
  std::vector<std::string> inputs;  ///< features, weight, bias?
  std::optional<tensor::Conv2dParams>
      convolution;  ///< of a conv2d node, which is linear only if it
                    ///< is 1x1 and reads one pixel
};

/// A linear or conv2d node, weight and bias of which are tensors of the file, and behind which
/// values are only reshaped. Empty if the graph ends otherwise.
std::optional<LastLayerNode> last_layer(const Graph& graph);

}  // namespace odin::nn::graph
