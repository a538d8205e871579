#pragma once

#include <functional>
#include <span>
#include <vector>

#include "odin/autograd/variable.h"

namespace odin::autograd {

// Thread-safety: different graphs may be differentiated on several threads at once, also if they
// share leaves (the parameters of a network). But backward() writes grad() of the leaves, so with
// shared leaves only grad() may run concurrently. A single graph must be used by one thread at a
// time.

struct BackwardOptions {
  /// The gradient with respect to the output, of its shape. If undefined, it is 1, and the output
  /// must be a scalar.
  Tensor seed;
  /// Keeps the tensors saved for the gradient rules, so that the graph can be differentiated again.
  /// Otherwise they are freed during the pass, and a second pass is an error.
  bool retain_graph = false;
  /// Of backward() alone: called for each leaf as soon as grad() has its whole gradient, while the
  /// pass goes on behind it. Leaves are in an order that depends on nothing but the graph. So
  /// gradients can be sent to other processes while the others are still being computed.
  std::function<void(Node& leaf)> completed = {};
};

/// Adds the gradient of `output` to grad() of every leaf that it depends on and that requires a
/// gradient. Throws if there is none, or if the graph's saved tensors were freed.
void backward(const Variable& output, const BackwardOptions& options = {});

/// The gradients of `output` with respect to `inputs` (leaves or intermediate results). Only
/// gradients needed for these are computed, and grad() of the leaves does not change. Throws if the
/// output does not depend on an input, or if the graph's saved tensors were freed.
std::vector<Tensor> grad(const Variable& output, std::span<const Variable> inputs,
                         const BackwardOptions& options = {});
Tensor grad(const Variable& output, const Variable& input, const BackwardOptions& options = {});

/// Like grad(), but the backward pass is recorded: the gradients are variables, results of
/// operations, and can be differentiated again (create_graph in other frameworks). The graph is kept.
/// `seed` is the gradient with respect to the output, a variable too; undefined: 1, for a scalar.
/// Throws, naming the operation, if one on the way has no second derivative: fused operations and
/// batch normalization in training. Costs nothing where it is not called.
std::vector<Variable> recorded_grad(const Variable& output, std::span<const Variable> inputs,
                                    const Variable& seed = {});

/// All nodes of the graph of `output`, inputs before the operations that read them.
std::vector<std::shared_ptr<Node>> tape(const Variable& output);

}  // namespace odin::autograd
