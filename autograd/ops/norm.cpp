#include "odin/autograd/ops/norm.h"

#include "odin/autograd/ops/batch_norm_state.h"
#include "odin/autograd/ops/elementwise.h"
#include "odin/autograd/ops/reduce.h"
#include "odin/autograd/ops/shape.h"
#include "odin/autograd/saved.h"
#include "odin/tensor/ops.h"

namespace odin::autograd {
namespace {

/// [C] as [C,1,1], to broadcast to [N,C,H,W].
template <class V>
V per_channel(const V& v) {
  return reshape(v, {-1, 1, 1});
}

/// The result y of an evaluating batch normalization. The statistics are constants, so that x,
/// gamma and dy are multiplied with each other, and the rule has derivatives of its own.
Variable evaluated(const BatchNormState& n, const Tensor& y, const Variable& x,
                   const Variable& gamma, const Variable& beta) {
  return record("batch_norm", y, {x, gamma, beta},
                [n, xv = Saved("batch_norm", x.value()), gv = Saved("batch_norm", gamma.value())](
                    const auto& dy, auto& into) {
                  using V = std::decay_t<decltype(dy)>;
                  const V inv_std(n.constants.inv_std);
                  if (into.wants(1)) {
                    const V centered = sub(into.input(0, xv), per_channel(V(n.mean)));
                    into.add(1, mul(sum(mul(dy, centered), {0, 2, 3}), inv_std));
                  }
                  if (into.wants(2)) into.add(2, sum(dy, {0, 2, 3}));
                  if (into.wants(0))
                    into.add(0, mul(dy, per_channel(mul(into.input(1, gv), inv_std))));
                });
}

/// Written over dy where nobody else sees that.
Tensor evaluated_grad(const Tensor& x, const Tensor& dy, const Tensor& scale, const Tensor& shift,
                      bool relu) {
  if (!dy.is_unique() || !dy.is_contiguous())
    return tensor::scale_shift_grad(x, dy, scale, shift, relu);
  Tensor dx = dy;
  tensor::scale_shift_grad_(dx, x, scale, shift, relu);
  return dx;
}

}  // namespace

Variable batch_norm(const Variable& x, const Variable& gamma, const Variable& beta,
                    const RunningStats& running, const BatchNormOptions& o) {
  const BatchNormState n = batch_norm_state(x.value(), gamma.value(), beta.value(), running, o);
  const Tensor y =
      tensor::scale_shift(x.value(), n.constants.map.scale, n.constants.map.shift, o.relu);
  if (!o.training && !o.relu) return evaluated(n, y, x, gamma, beta);
  return record(
      o.relu ? "batch_norm_relu" : "batch_norm", y, {x, gamma, beta},
      [n, relu = o.relu, saved = Saved("batch_norm", x.value())](const Tensor& dy,
                                                                 Gradients& into) {
        const Tensor& xv = saved.get();
        const Tensor &scale = n.constants.map.scale, &shift = n.constants.map.shift;
        const bool parameters = into.wants(1) || into.wants(2);
        tensor::ChannelGradSums sums;
        if (n.training || parameters)
          sums = tensor::channel_grad_sums(xv, dy, n.mean, scale, shift, relu);
        if (into.wants(1)) into.add(1, tensor::mul(sums.sum_gx, n.constants.inv_std));
        if (into.wants(2)) into.add(2, sums.sum_g);
        if (!into.wants(0)) return;
        if (!n.training) return into.add(0, evaluated_grad(xv, dy, scale, shift, relu));
        const tensor::ChannelMap more = statistics_grad(n, sums.sum_g, sums.sum_gx);
        into.add(0, tensor::batch_norm_grad(xv, dy, scale, shift, relu, more.scale, more.shift));
      });
}

}  // namespace odin::autograd
