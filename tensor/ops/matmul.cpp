#include "odin/tensor/ops/matmul.h"

#include "odin/tensor/backend/backend.h"
#include "odin/tensor/ops/check.h"

namespace odin::tensor {

Tensor matmul(const Tensor& a, const Tensor& b) {
  require(a.rank() == 2 && b.rank() == 2 && a.dim(1) == b.dim(0),
          "matmul: expected [m,k] and [k,n], got ", a.shape(), " and ", b.shape());
  require_same_dtype("matmul", a, b);
  if (a.dim(1) == 0) return a.new_zeros({a.dim(0), b.dim(1)});
  Tensor y = a.new_empty({a.dim(0), b.dim(1)});
  dispatch("matmul", &Backend::matmul, {&a, &b, &y}, a, b, y);
  return y;
}

}  // namespace odin::tensor
