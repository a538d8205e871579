#pragma once

#include <cstdint>

namespace odin::tensor {

/// Cross-correlation, as every framework calls convolution: the kernel is not flipped. Stride and
/// padding are the same in both directions; padding is with zeros.
struct Conv2dParams {
  std::int64_t stride = 1;
  std::int64_t padding = 0;

  /// Output height (width) for an input height (width) and a kernel height (width).
  std::int64_t out_size(std::int64_t in, std::int64_t kernel) const {
    return (in + 2 * padding - kernel) / stride + 1;
  }
};

/// Windows that lie wholly inside the input; what is left at the right and bottom is dropped.
struct Pool2dParams {
  std::int64_t kernel = 2;
  std::int64_t stride = 2;

  std::int64_t out_size(std::int64_t in) const { return (in - kernel) / stride + 1; }
};

/// A step of stochastic gradient descent; sgd_step_ (odin/tensor/ops/optim.h) has the formula.
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
