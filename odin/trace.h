#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "odin/nn/module.h"

namespace odin {

/// One channel of a node's result and of its gradient, both [H,W].
struct TraceMap {
  std::int64_t channel = 0;
  tensor::Tensor value, gradient;
};

/// One operation on the tape, or the image that it starts from.
struct TraceNode {
  std::string op;
  /// Of the module whose parameters it reads, else of the one that ran it: "block1.layer.0.conv1".
  std::string module;
  std::vector<std::size_t> inputs;  ///< positions of the nodes it reads; constants have none
  tensor::Shape shape;              ///< without the batch
  double min = 0, max = 0, mean = 0;
  double max_abs_gradient = 0, mean_abs_gradient = 0;
  /// Some channels, evenly spread; a vector is one of height 1.
  std::vector<TraceMap> maps;
};

struct Trace {
  std::vector<TraceNode> nodes;  ///< inputs before results
  std::int64_t label = 0;        ///< argmax of the logits
  tensor::Tensor logits;         ///< [1, classes]
};

/// Runs the network on one normalised image x [1,C,H,W] and walks back from -log S_y(x; T) with
/// y = argmax of the logits, as input_gradient() does, keeping what every operation gave and the
/// gradient that reached it. Operations run one by one, none joined with another; the network must
/// be in evaluation mode.
Trace trace(nn::Module& network, const tensor::Tensor& x, double temperature,
            std::int64_t most_maps = 8);

}  // namespace odin
