#pragma once

#include "odin/tensor/tensor.h"

namespace odin::tensor {

/// Throws Error, with the operation's name, unless a and b hold elements of one type.
inline void require_same_dtype(const char* op, const Tensor& a, const Tensor& b) {
  require(a.dtype() == b.dtype(), op, ": operands are ", a.dtype(), " and ", b.dtype());
}

}  // namespace odin::tensor
