#pragma once

#include "odin/autograd/variable.h"

namespace odin::autograd {

/// a [m,k] b [k,n]
Variable matmul(const Variable& a, const Variable& b);
/// x [N,in] weight^T + bias, weight [out,in], bias [out]
Variable linear(const Variable& x, const Variable& weight, const Variable& bias);

}  // namespace odin::autograd
