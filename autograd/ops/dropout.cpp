#include "odin/autograd/ops/dropout.h"

#include "odin/autograd/ops/elementwise.h"
#include "odin/tensor/ops/elementwise.h"

namespace odin::autograd {

Variable dropout(const Variable& x, double p, const tensor::Random& random) {
  require(p >= 0 && p < 1, "dropout: expected a probability from 0 to less than 1, got ", p);
  if (p == 0) return x;
  const Tensor drawn = random.uniform(x.shape()).to(x.dtype()).to(x.value().device());
  const Tensor kept = tensor::less_equal(drawn.new_zeros({}), tensor::affine(drawn, 1, -p));
  return mul(x, Variable(tensor::affine(kept, 1 / (1 - p), 0)));
}

}  // namespace odin::autograd
