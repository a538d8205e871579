#pragma once

#include "odin/tensor/backend/backend.h"

// elementwise, activation, gather, reduce, norm, pool, softmax and optim have their own kernels (.cu); conv and matmul
// call cuDNN and cuBLAS.
//
// All work is submitted to one stream and runs in order. Only copies to the CPU, all_finite() and
// sum_of_squares(), whose results the program needs, wait for it.

namespace odin::tensor::cuda {

// Each adds the functions of the file with its name to the table.
void add_elementwise(Backend& b);
void add_activation(Backend& b);
void add_gather(Backend& b);
void add_reduce(Backend& b);
void add_matmul(Backend& b);
void add_conv(Backend& b);
void add_norm(Backend& b);
void add_pool(Backend& b);
void add_softmax(Backend& b);
void add_optim(Backend& b);

}  // namespace odin::tensor::cuda
