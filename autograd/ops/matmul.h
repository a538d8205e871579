#pragma once

#include "odin/autograd/variable.h"

namespace odin::autograd {

/// The matrix product a b: a [m,k], b [k,n] -> [m,n].
Variable matmul(const Variable& a, const Variable& b);
/// x weight^T + bias: x [N,in], weight [out,in], bias [out] -> [N,out].
Variable linear(const Variable& x, const Variable& weight, const Variable& bias);

}  // namespace odin::autograd
