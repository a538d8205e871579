#include "odin/tensor/ops/optim.h"

#include "odin/tensor/backend/backend.h"

namespace odin::tensor {

void sgd_step_(Tensor& w, Tensor& v, const Tensor& g, const SgdStep& p) {
  const Backend& backend = backend_for("sgd_step", w, {&v, &g});
  require(v.defined() && g.defined(), "sgd_step: undefined tensor");
  require(v.shape() == w.shape() && g.shape() == w.shape(), "sgd_step: weight ", w.shape(),
          ", momentum ", v.shape(), " and gradient ", g.shape(), " must have one shape");
  require(v.dtype() == w.dtype() && g.dtype() == w.dtype(), "sgd_step: weight, momentum and ",
          "gradient are ", w.dtype(), ", ", v.dtype(), " and ", g.dtype());
  backend.sgd_step(p, g, w, v);
}

double sum_of_squares(const Tensor& x) {
  return backend_for("sum_of_squares", x).sum_of_squares(x);
}

}  // namespace odin::tensor
