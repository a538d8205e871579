#pragma once

#include "odin/tensor/tensor.h"

namespace odin::tensor {

// `dims` are the dimensions to reduce, in any order, none twice; empty means all of them.
// With `keepdim` they stay, with size 1.
Tensor sum(const Tensor& x, const Dims& dims = {}, bool keepdim = false);
Tensor mean(const Tensor& x, const Dims& dims = {}, bool keepdim = false);
/// NaN if any element is NaN. Throws where there is nothing to reduce.
Tensor max(const Tensor& x, const Dims& dims = {}, bool keepdim = false);

/// Position of the first largest element along `dim` (int64), without that dimension.
Tensor argmax(const Tensor& x, int dim);

/// The sum of x over the dimensions that broadcasting x's gradient added or stretched.
Tensor sum_to(const Tensor& x, const Shape& shape);

/// Whether there is neither NaN nor infinity in x.
bool all_finite(const Tensor& x);

}  // namespace odin::tensor
