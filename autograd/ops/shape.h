#pragma once

#include <span>
#include <vector>

#include "odin/autograd/variable.h"

namespace odin::autograd {

// Like the functions of the same names in odin/tensor/tensor.h and odin/tensor/ops/concat.h.
Variable reshape(const Variable& x, const Shape& shape);
Variable permute(const Variable& x, const Dims& order);
Variable transpose(const Variable& x, int a, int b);
Variable slice(const Variable& x, int dim, std::int64_t first, std::int64_t last,
               std::int64_t step = 1);
Variable concat(std::span<const Variable> parts, int dim);
Variable expand(const Variable& x, const Shape& shape);

// The gradients of slice and gather, which have gradients too.
Variable slice_grad(const Variable& dy, const Shape& x_shape, int dim, std::int64_t first,
                    std::int64_t last, std::int64_t step = 1);
Variable gather_grad(const Variable& dy, int dim, const Tensor& positions, const Shape& x_shape);

/// The slices at `positions` (int64, [m]) of a dimension; see odin/tensor/ops/gather.h.
Variable gather(const Variable& x, int dim, const Tensor& positions);

/// `before` and `after` elements more at both ends of every dimension. `constant` fills them with
/// `value`; `reflect` mirrors x without repeating its edge, `edge` repeats the edge. Negative numbers
/// cut elements off.
enum class PadMode { constant, reflect, edge };
Variable pad(const Variable& x, const Dims& before, const Dims& after,
             PadMode mode = PadMode::constant, double value = 0);

/// The parts, all of one shape, along a new dimension.
Variable stack(std::span<const Variable> parts, int dim);
/// Parts of these sizes of a dimension, one after another; their sum is its size.
std::vector<Variable> split(const Variable& x, std::span<const std::int64_t> sizes, int dim);
/// x with the elements of a dimension in reverse order.
Variable flip(const Variable& x, int dim);

}  // namespace odin::autograd
