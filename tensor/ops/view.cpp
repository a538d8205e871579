#include "odin/tensor/ops/view.h"

#include "odin/tensor/ops/elementwise.h"

namespace odin::tensor {

Tensor slice_grad(const Tensor& dy, const Shape& x_shape, int dim, std::int64_t first,
                  std::int64_t last, std::int64_t step) {
  Tensor dx = dy.new_zeros(x_shape);
  Tensor place = dx.slice(dim, first, last, step);
  copy_(place, dy);
  return dx;
}

}  // namespace odin::tensor
