#pragma once

#include "odin/tensor/backend/backend.h"

// elementwise, reduce, norm, pool, softmax and optim have kernels of our own (.cu); conv and matmul
// call cuDNN and cuBLAS.
//
// Everything is asked for in one stream and done in order. Nothing waits for it but copies to the
// CPU, all_finite() and sum_of_squares(), whose results the program needs.

namespace odin::tensor::cuda {

// Each puts the functions of the file that is named after it into the table.
void add_elementwise(Backend& b);
void add_reduce(Backend& b);
void add_matmul(Backend& b);
void add_conv(Backend& b);
void add_norm(Backend& b);
void add_pool(Backend& b);
void add_softmax(Backend& b);
void add_optim(Backend& b);

}  // namespace odin::tensor::cuda
