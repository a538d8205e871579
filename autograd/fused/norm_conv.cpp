#include "odin/autograd/fused/norm_conv.h"

#include <algorithm>
#include <vector>

#include "odin/autograd/ops/batch_norm_state.h"
#include "odin/autograd/saved.h"
#include "odin/tensor/ops.h"

namespace odin::autograd {
namespace {

/// n is the batch normalization of x with gamma and beta.
Variable convolve(const BatchNormState& n, bool relu, const Variable& x, const Variable& gamma,
                  const Variable& beta, const Variable& weight, const Conv2dParams& p,
                  const Variable& residual = {}) {
  Tensor y = x.value().new_empty(tensor::conv2d_shape("norm_conv2d", x.shape(), weight.shape(), p));
  const bool add = residual.defined();
  std::vector<Variable> inputs{x, gamma, beta, weight};
  if (add) inputs.push_back(residual);
  tensor::conv2d_into(y, x.value(), n.map(relu), weight.value(), p,
                      {.add = add ? residual.value().contiguous() : Tensor(),
                       .differentiated = std::ranges::any_of(inputs, needs_grad)});
  return record(
      "norm_conv2d", y, inputs,
      [n, p, add, relu, x_saved = Saved("norm_conv2d", x.value()),
       w_saved = Saved("norm_conv2d", weight.value())](const Tensor& dy, Gradients& into) {
        const Tensor &xv = x_saved.get(), &wv = w_saved.get();
        if (add && into.wants(4)) into.add(4, dy);
        if (into.wants(3))
          into.add(3, tensor::conv2d_weight_grad(xv, dy, wv.shape(), p, n.map(relu)));
        const bool parameters = into.wants(1) || into.wants(2);
        if (!into.wants(0) && !parameters) return;
        Tensor dx = xv.new_empty(xv.shape());
        tensor::MapGrad through{.x = xv, .map = n.map(relu)};
        if (n.training || parameters) through.mean = n.mean;
        const auto sums = tensor::conv2d_input_grad_into(dx, dy, wv, through, p);
        if (into.wants(1)) into.add(1, tensor::mul(sums.sum_gx, n.constants.inv_std));
        if (into.wants(2)) into.add(2, sums.sum_g);
        if (!into.wants(0)) return;
        if (n.training) {
          const tensor::ChannelMap more = statistics_grad(n, sums.sum_g, sums.sum_gx);
          tensor::add_scale_shift_(dx, xv, more.scale, more.shift);
        }
        into.add(0, dx);
      });
}

}  // namespace

Variable norm_conv2d(const Variable& x, const Variable& gamma, const Variable& beta,
                     const RunningStats& running, const BatchNormOptions& o, const Variable& weight,
                     const Conv2dParams& p, const Variable& residual) {
  const BatchNormState n = batch_norm_state(x.value(), gamma.value(), beta.value(), running, o);
  return convolve(n, o.relu, x, gamma, beta, weight, p, residual);
}

// The input gradient of a normalization in training is linear in the gradient of its result, so
// each convolution can add its own part.
std::array<Variable, 2> norm_conv2d_both(const Variable& x, const Variable& gamma,
                                         const Variable& beta, const RunningStats& running,
                                         const BatchNormOptions& o,
                                         const std::array<Variable, 2>& weights,
                                         const std::array<Conv2dParams, 2>& p) {
  const BatchNormState n = batch_norm_state(x.value(), gamma.value(), beta.value(), running, o);
  return {convolve(n, o.relu, x, gamma, beta, weights[0], p[0]),
          convolve(n, o.relu, x, gamma, beta, weights[1], p[1])};
}

}  // namespace odin::autograd
