#pragma once

#include "odin/tensor/tensor.h"

namespace odin::tensor {

// `dims` are the dimensions to reduce, in any order and without repetition; empty means all of
// them. With `keepdim` they stay in the result, with size 1.
Tensor sum(const Tensor& x, const Dims& dims = {}, bool keepdim = false);
Tensor mean(const Tensor& x, const Dims& dims = {}, bool keepdim = false);
/// NaN if any element is NaN. Throws if there are no elements to reduce.
Tensor max(const Tensor& x, const Dims& dims = {}, bool keepdim = false);

/// The position (int64) of the largest element along `dim`, the first one if several are equal.
/// Dimension `dim` is removed.
Tensor argmax(const Tensor& x, int dim);

/// Undoes broadcasting for gradients: sums x over the dimensions that broadcasting from `shape` to
/// x's shape added or repeated. The result has shape `shape`.
Tensor sum_to(const Tensor& x, const Shape& shape);

/// Whether x contains neither NaN nor infinity.
bool all_finite(const Tensor& x);

}  // namespace odin::tensor
