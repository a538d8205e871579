#pragma once

#include <cstdint>

namespace odin::tensor {

/// Parameters of a 2-D convolution. As in other frameworks it is a cross-correlation: the kernel is
/// not flipped. Stride and zero padding are the same in both directions, in pixels.
struct Conv2dParams {
  std::int64_t stride = 1;
  std::int64_t padding = 0;

  /// The output height for an input height and a kernel height; the same for widths.
  std::int64_t out_size(std::int64_t in, std::int64_t kernel) const {
    return (in + 2 * padding - kernel) / stride + 1;
  }
};

/// Parameters of 2-D pooling, in pixels. Only windows that lie completely inside the input count;
/// pixels left over at the right and bottom are ignored.
struct Pool2dParams {
  std::int64_t kernel = 2;
  std::int64_t stride = 2;

  std::int64_t out_size(std::int64_t in) const { return (in - kernel) / stride + 1; }
};

/// Parameters of a step of stochastic gradient descent; see sgd_step_ (odin/tensor/ops/optim.h) for
/// the formula.
struct SgdStep {
  double learning_rate;
  double momentum;
  double weight_decay;
  bool nesterov;
};

enum class UnaryOp { neg, exp, log, sqrt, square, abs, relu, tanh, step_sign };
enum class BinaryOp { add, sub, mul, div, maximum, relu_grad };
enum class ReduceOp { sum, max };

}  // namespace odin::tensor
