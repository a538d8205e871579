#include "odin/tensor/backend/reference/reference_backend.h"
#include "odin/tensor/backend/reference/strided.h"

namespace odin::tensor::reference {
namespace {

void sgd_step(const SgdStep& p, const Tensor& g, Tensor& w, Tensor& v) {
  visit_floating(w.dtype(), "sgd_step", [&]<class T>(T) {
    const auto* gradient = static_cast<const T*>(g.raw());
    auto* weight = static_cast<T*>(w.backend_raw());
    auto* momentum = static_cast<T*>(v.backend_raw());
    const T rate = static_cast<T>(p.learning_rate), m = static_cast<T>(p.momentum),
            decay = static_cast<T>(p.weight_decay);
    for_each_offset(
        w.shape(),
        [&](auto i, auto j, auto k) {
          const T d = gradient[i] + decay * weight[j];
          momentum[k] = m * momentum[k] + d;
          weight[j] -= rate * (p.nesterov ? d + m * momentum[k] : momentum[k]);
        },
        g.strides(), w.strides(), v.strides());
  });
}

}  // namespace

void add_optim(Backend& b) { b.sgd_step = sgd_step; }

}  // namespace odin::tensor::reference
