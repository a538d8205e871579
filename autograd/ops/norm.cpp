#include "odin/autograd/ops/norm.h"

#include "odin/autograd/ops/batch_norm_state.h"
#include "odin/autograd/saved.h"
#include "odin/tensor/ops.h"

namespace odin::autograd {

Variable batch_norm(const Variable& x, const Variable& gamma, const Variable& beta,
                    const RunningStats& running, const BatchNormOptions& o) {
  const BatchNormState n = batch_norm_state(x.value(), gamma.value(), beta.value(), running, o);
  const Tensor y =
      tensor::scale_shift(x.value(), n.constants.map.scale, n.constants.map.shift, o.relu);
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
        if (!n.training) return into.add(0, tensor::scale_shift_grad(xv, dy, scale, shift, relu));
        const tensor::ChannelMap more = statistics_grad(n, sums.sum_g, sums.sum_gx);
        into.add(0, tensor::batch_norm_grad(xv, dy, scale, shift, relu, more.scale, more.shift));
      });
}

}  // namespace odin::autograd
