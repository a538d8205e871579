#pragma once

#include <span>
#include <vector>

#include "odin/autograd/variable.h"

namespace odin::autograd {

struct BackwardOptions {
  /// The gradient of the output; 1 when it is left out, which only a scalar output allows.
  Tensor seed;
  /// Keeps what the gradient rules saved, so that the same graph can be walked again. Otherwise
  /// memory is freed on the way, and a second walk is an error.
  bool retain_graph = false;
};

/// Adds the gradient of `output` to grad() of every leaf below it.
void backward(const Variable& output, const BackwardOptions& options = {});

/// The gradients of `output` with respect to `inputs` (leaves or intermediate results), and nothing
/// else: no other gradient is computed unless it lies on the way, and grad() of the leaves is left
/// alone. Throws when an input is not below the output.
std::vector<Tensor> grad(const Variable& output, std::span<const Variable> inputs,
                         const BackwardOptions& options = {});
Tensor grad(const Variable& output, const Variable& input, const BackwardOptions& options = {});

/// The nodes below `output`, inputs before results.
std::vector<std::shared_ptr<Node>> tape(const Variable& output);

}  // namespace odin::autograd
