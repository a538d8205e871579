#pragma once

#include <functional>
#include <optional>
#include <span>

#include "odin/autograd/variable.h"
#include "odin/nn/graph/graph.h"
#include "odin/tensor/activation.h"
#include "odin/tensor/params.h"

// The operations of graphs: one function a family, in operations_*.cpp, says what attributes an
// operation has, which shape its result has, and what computes it.

namespace odin::nn::graph {

using autograd::Variable;
using tensor::Shape;

using Shapes = std::span<const Shape>;
using Inputs = std::span<const Variable>;

/// A node's operation with its attributes. `batch` is the number of images.
struct Operation {
  /// The shape of the result. Throws, with what was expected and what came, if the shapes do not
  /// fit together. Computes nothing, and sizes do not overflow.
  std::function<Shape(Shapes, std::int64_t batch)> shape;
  /// The result. The inputs must have shapes that `shape` accepts.
  std::function<Variable(Inputs, std::int64_t batch)> run;
  /// The multiply-adds of convolutions and matrix products; null for other operations.
  std::function<std::int64_t(Shapes)> multiply_adds = {};
  // What the planner (plan.h) fuses.
  std::optional<tensor::Conv2dParams> convolution = {};  ///< of conv2d
  std::optional<double> norm_epsilon = {};               ///< of batch_norm
  std::optional<tensor::Activation> activation = {};     ///< of an activation
};

/// Throws for an unknown operation, a wrong number of inputs and wrong attributes; the message does
/// not name the node.
Operation make_operation(const Node& node);

/// The names of all operations, for messages and tests.
std::vector<std::string> operation_names();

/// "node 'fc' (linear): ", the beginning of messages about a node.
std::string where(const Node& node);

/// No value of a graph may have more elements than this for one image.
inline constexpr std::int64_t kMostElements = std::int64_t{1} << 30;

}  // namespace odin::nn::graph
