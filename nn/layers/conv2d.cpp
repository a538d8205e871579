#include "odin/nn/layers/conv2d.h"

#include "odin/autograd/ops/conv.h"
#include "odin/nn/features.h"
#include "odin/nn/shapes_only.h"

namespace odin::nn {

Conv2d::Conv2d(const Conv2dOptions& o)
    : params_{.stride = o.stride, .padding = o.padding, .dilation = o.dilation, .groups = o.groups},
      weight_(filled({o.out, o.in / o.groups, o.kernel.h, o.kernel.w}, 0), true, "weight") {
  require(o.groups >= 1 && o.in % o.groups == 0 && o.out % o.groups == 0, "conv2d: ", o.in, " and ",
          o.out, " channels do not split into ", o.groups, " groups");
  register_parameter("weight", weight_, Initial::he_normal(weight_.shape()));
  if (!o.bias) return;
  bias_ = Variable(filled({o.out}, 0), true, "bias");
  register_parameter("bias", bias_, Initial::by_inputs(o.in / o.groups * o.kernel.h * o.kernel.w));
}

std::unique_ptr<Module> Conv2d::make_like() const {
  const Shape& w = weight_.shape();
  return std::make_unique<Conv2d>(Conv2dOptions{.in = w[1] * params_.groups,
                                                .out = w[0],
                                                .kernel = {w[2], w[3]},
                                                .stride = params_.stride,
                                                .padding = params_.padding,
                                                .dilation = params_.dilation,
                                                .groups = params_.groups,
                                                .bias = bias_.defined()});
}

Variable Conv2d::forward(const Variable& x) const {
  const Variable y = autograd::conv2d(x, weight_, params_, bias_);
  if (features_wanted() && is_linear_conv(x.shape(), weight_.shape(), params_))
    note_linear(x, weight_, bias_, y);
  return y;
}

}  // namespace odin::nn
