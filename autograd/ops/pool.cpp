#include "odin/autograd/ops/pool.h"

#include "odin/autograd/ops/reduce.h"
#include "odin/tensor/ops/pool.h"

namespace odin::autograd {

Variable avg_pool2d(const Variable& x, const Pool2dParams& p) {
  return record("avg_pool2d", tensor::avg_pool2d(x.value(), p), {x},
                [p, shape = x.shape()](const Tensor& dy, Gradients& into) {
                  into.add(0, tensor::avg_pool2d_grad(dy, shape, p));
                });
}

Variable global_avg_pool(const Variable& x) {
  require(x.rank() == 4, "global_avg_pool: expected [N,C,H,W], got ", x.shape());
  return mean(x, {2, 3});
}

}  // namespace odin::autograd
