#include "odin/nn/layers/pooling.h"

#include "odin/autograd/ops/pool.h"

namespace odin::nn {

Variable AvgPool2d::forward(const Variable& x) const { return autograd::avg_pool2d(x, params_); }
Variable GlobalAvgPool::forward(const Variable& x) const { return autograd::global_avg_pool(x); }

}  // namespace odin::nn
