#include "odin/nn/layers/conv2d.h"

#include "odin/autograd/ops/conv.h"
#include "odin/nn/shapes_only.h"

namespace odin::nn {

Conv2d::Conv2d(const Conv2dOptions& o)
    : params_{.stride = o.stride, .padding = o.padding},
      weight_(filled({o.out, o.in, o.kernel, o.kernel}, 0), true, "weight") {
  register_parameter("weight", weight_, Initial::he_normal(weight_.shape()));
}

Variable Conv2d::forward(const Variable& x) const { return autograd::conv2d(x, weight_, params_); }

}  // namespace odin::nn
