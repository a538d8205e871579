#pragma once

#include "odin/tensor/backend/backend.h"

// Every operation as the plain loop that defines it, for float32 and float64 and any strides. Sums
// are accumulated in double. The fast kernels are tested against these results.

namespace odin::tensor::reference {

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

}  // namespace odin::tensor::reference
