#pragma once

#include "odin/tensor/params.h"
#include "odin/tensor/tensor.h"

namespace odin::tensor {

// What an optimiser does to the weights, in place.

/// A step of stochastic gradient descent with gradient g: weight w and its momentum buffer v become
///   d = g + weight_decay w,  v = momentum v + d,
///   w = w - learning_rate (d + momentum v) with Nesterov, w - learning_rate v without.
/// All three have one shape and dtype, and w and v share no elements.
void sgd_step_(Tensor& w, Tensor& v, const Tensor& g, const SgdStep& p);

/// The sum of the squares of x's elements, added up in double. The same for any number of threads.
double sum_of_squares(const Tensor& x);

}  // namespace odin::tensor
