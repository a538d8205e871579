#pragma once

#include "odin/tensor/backend/backend.h"

// SIMD kernels for float32, on several threads. The table begins as the reference's, so what a family
// does not have runs there, and so does what a function here passes on: float64, odd strides.

namespace odin::tensor::cpu {

// Each puts the functions of the file that is named after it into the table.
void add_elementwise(Backend& b);
void add_matmul(Backend& b);
void add_conv(Backend& b);
void add_conv_input_grad(Backend& b);
void add_conv_weight_grad(Backend& b);
void add_norm(Backend& b);
void add_pool(Backend& b);
void add_optim(Backend& b);

}  // namespace odin::tensor::cpu
