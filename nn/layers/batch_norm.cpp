#include "odin/nn/layers/batch_norm.h"

#include "odin/autograd/fused/norm_conv.h"
#include "odin/autograd/ops/elementwise.h"
#include "odin/nn/fusion.h"
#include "odin/nn/shapes_only.h"

namespace odin::nn {

BatchNorm2d::BatchNorm2d(std::int64_t channels)
    : weight_(filled({channels}, 1), true, "weight"),
      bias_(filled({channels}, 0), true, "bias"),
      running_{filled({channels}, 0), filled({channels}, 1)} {
  register_parameter("weight", weight_, Initial::constant(1));
  register_parameter("bias", bias_, Initial::constant(0));
  register_buffer("running_mean", running_.mean, 0);
  register_buffer("running_var", running_.var, 1);
}

std::unique_ptr<Module> BatchNorm2d::make_like() const {
  return std::make_unique<BatchNorm2d>(weight_.dim(0));
}

void BatchNorm2d::take_settings(const Module& like) {
  momentum_ = static_cast<const BatchNorm2d&>(like).momentum_;
}

autograd::BatchNormOptions BatchNorm2d::options(bool relu) const {
  return {.training = is_training(), .momentum = momentum_, .epsilon = 1e-5, .relu = relu};
}

Variable BatchNorm2d::forward(const Variable& x) const {
  return autograd::batch_norm(x, weight_, bias_, running_, options(false));
}

Variable BatchNorm2d::forward_relu_conv(const Variable& x, const Conv2d& conv,
                                        const Variable& residual) const {
  if (!fusion_enabled()) {
    const Variable y = conv(forward_relu(x));
    return residual.defined() ? autograd::add(y, residual) : y;
  }
  return autograd::norm_conv2d(x, weight_, bias_, running_, options(true), conv.weight(),
                               conv.params(), residual);
}

std::array<Variable, 2> BatchNorm2d::forward_relu_convs(const Variable& x, const Conv2d& a,
                                                        const Conv2d& b) const {
  if (!fusion_enabled()) {
    const Variable activated = forward_relu(x);
    return {a(activated), b(activated)};
  }
  return autograd::norm_conv2d_both(x, weight_, bias_, running_, options(true),
                                    {a.weight(), b.weight()}, {a.params(), b.params()});
}

Variable BatchNorm2d::forward_relu(const Variable& x) const {
  if (!fusion_enabled()) return autograd::relu(forward(x));
  return autograd::batch_norm(x, weight_, bias_, running_, options(true));
}

}  // namespace odin::nn
