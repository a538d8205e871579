#include "odin/tensor/ops/optim.h"

#include "odin/tensor/backend/backend.h"

namespace odin::tensor {

void sgd_step_(Tensor& w, Tensor& v, const Tensor& g, const SgdStep& p) {
  require(w.defined() && v.defined() && g.defined(), "sgd_step: undefined tensor");
  require(v.shape() == w.shape() && g.shape() == w.shape(), "sgd_step: weight ", w.shape(),
          ", momentum ", v.shape(), " and gradient ", g.shape(), " must have one shape");
  require(v.dtype() == w.dtype() && g.dtype() == w.dtype(), "sgd_step: weight, momentum and ",
          "gradient are ", w.dtype(), ", ", v.dtype(), " and ", g.dtype());
  dispatch("sgd_step", &Backend::sgd_step, {&w, &v, &g, &w}, p, g, w, v);
}

double sum_of_squares(const Tensor& x) {
  return dispatch("sum_of_squares", &Backend::sum_of_squares, {&x}, x);
}

}  // namespace odin::tensor
