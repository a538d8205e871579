#pragma once

#include "odin/tensor/backend/backend.h"

// SIMD kernels for float32, on several threads. The table starts as a copy of the reference
// backend's, which handles everything without a function here. The functions here call the
// reference for float64 and unusual strides.

namespace odin::tensor::cpu {

// Each adds the functions of the file with its name to the table.
void add_elementwise(Backend& b);
void add_matmul(Backend& b);
void add_conv(Backend& b);
void add_conv_pair(Backend& b);
void add_conv_input_grad(Backend& b);
void add_conv_weight_grad(Backend& b);
void add_norm(Backend& b);
void add_pool(Backend& b);
void add_optim(Backend& b);

}  // namespace odin::tensor::cpu
