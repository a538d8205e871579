#pragma once

#include <vector>

#include "odin/autograd/ops/conv.h"
#include "odin/autograd/ops/norm.h"
#include "odin/autograd/ops/pool.h"
#include "odin/tests/op_cases.h"

// The families of cases that op_cases() consists of, one file each.

namespace odin::tests {

using autograd::Conv2dParams;
using autograd::Pool2dParams;
using autograd::Variable;
using tensor::DType;
using tensor::Shape;
using tensor::Tensor;
using Inputs = std::vector<Variable>;

void add_elementwise(std::vector<OpCase>& cases);
void add_activations(std::vector<OpCase>& cases);
void add_reductions_and_shapes(std::vector<OpCase>& cases);
void add_softmax(std::vector<OpCase>& cases);
void add_losses(std::vector<OpCase>& cases);
void add_conv(std::vector<OpCase>& cases);
void add_grouped_conv(std::vector<OpCase>& cases);
void add_norms(std::vector<OpCase>& cases);
void add_pools(std::vector<OpCase>& cases);
void add_gradients(std::vector<OpCase>& cases);
void add_fused(std::vector<OpCase>& cases);
void add_forward_convolutions(std::vector<TensorCase>& cases);
void add_equal_pixels(std::vector<TensorCase>& cases);
void add_pools_of_large_images(std::vector<TensorCase>& cases);

/// A constant on the device of an input.
Tensor beside(const Variable& input, const Tensor& constant);
/// Running statistics for this number of channels, with the type and the device of x.
autograd::RunningStats running_stats(std::int64_t channels, const Variable& x, std::uint64_t seed);

}  // namespace odin::tests
