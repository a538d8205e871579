#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "odin/nn/module.h"

namespace odin {

/// One channel of a node's value and of its gradient, both [H,W].
struct TraceMap {
  std::int64_t channel = 0;
  tensor::Tensor value, gradient;
};

/// A parameter of the network by its full name, "block1.layer.0.conv1.weight".
struct TraceParameter {
  std::string name;
  tensor::Shape shape;
};

/// One operation on the tape, or the input image.
struct TraceNode {
  std::string op;
  /// The module whose parameters it reads, or else the one that ran it: "block1.layer.0.conv1".
  std::string module;
  std::vector<std::size_t> inputs;         ///< indices of the nodes it reads; no constants
  std::vector<TraceParameter> parameters;  ///< that it reads; they are no nodes of their own
  tensor::Shape shape;                     ///< of its value, without the batch dimension
  double min = 0, max = 0, mean = 0;
  double max_abs_gradient = 0, mean_abs_gradient = 0;
  /// A few evenly spaced channels. A vector is a single map of height 1.
  std::vector<TraceMap> maps;
};

struct Trace {
  std::vector<TraceNode> nodes;  ///< in topological order, inputs first
  std::int64_t label = 0;        ///< argmax of the logits
  tensor::Tensor logits;         ///< [1, classes]
};

/// Runs a forward pass on one normalized image x [1,C,H,W] and a backward pass from ODIN's loss
/// -log S_y(x; T), y = argmax of the logits, and records the value and the gradient of every
/// operation, up to `most_maps` channels of each. Operations are not fused. Throws unless the
/// network is in evaluation mode. Thread-safe.
Trace trace(const nn::Module& network, const tensor::Tensor& x, double temperature,
            std::int64_t most_maps = 8);

}  // namespace odin
