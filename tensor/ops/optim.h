#pragma once

#include "odin/tensor/params.h"
#include "odin/tensor/tensor.h"

namespace odin::tensor {

// The steps of optimizers, in place.

/// A step of stochastic gradient descent, as in PyTorch, with gradient g. It updates the weight w
/// and its momentum buffer v:
///   d = g + weight_decay w,  v = momentum v + d,
///   w = w - learning_rate (d + momentum v) with Nesterov, w - learning_rate v without.
/// All three must have the same shape and dtype; w and v must not overlap.
void sgd_step_(Tensor& w, Tensor& v, const Tensor& g, const SgdStep& p);

/// The sum of the squares of x's elements, accumulated in double. The result does not depend on the
/// number of threads.
double sum_of_squares(const Tensor& x);

}  // namespace odin::tensor
