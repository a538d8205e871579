#pragma once

#include "odin/tensor/backend/backend.h"

// Every operation as the plain loop that defines it, in float32 and float64, for any strides.
// Sums are kept in double: the results are what the fast kernels are measured against.

namespace odin::tensor::reference {

// Each puts the functions of the file that is named after it into the table.
void add_elementwise(Backend& b);
void add_reduce(Backend& b);
void add_matmul(Backend& b);
void add_conv(Backend& b);
void add_norm(Backend& b);
void add_pool(Backend& b);
void add_softmax(Backend& b);
void add_optim(Backend& b);

}  // namespace odin::tensor::reference
