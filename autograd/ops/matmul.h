#pragma once

#include "odin/autograd/variable.h"

namespace odin::autograd {

/// The matrix product a b: a [...,m,k], b [...,k,n] -> [...,m,n]. The dimensions before the last two
/// are batches and broadcast.
Variable matmul(const Variable& a, const Variable& b);
/// x weight^T + bias: x [...,in], weight [out,in], bias [out] -> [...,out]. bias may be undefined.
Variable linear(const Variable& x, const Variable& weight, const Variable& bias);

}  // namespace odin::autograd
