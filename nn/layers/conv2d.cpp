#include "odin/nn/layers/conv2d.h"

#include "odin/autograd/ops/conv.h"

namespace odin::nn {

Conv2d::Conv2d(const Conv2dOptions& o)
    : params_{.stride = o.stride, .padding = o.padding},
      weight_(Tensor::zeros({o.out, o.in, o.kernel, o.kernel}), true, "weight") {
  register_parameter("weight", weight_);
}

Variable Conv2d::forward(const Variable& x) const { return autograd::conv2d(x, weight_, params_); }

}  // namespace odin::nn
