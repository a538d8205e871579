#pragma once

#include "odin/tensor/backend/backend.h"

namespace odin::tensor {

/// Backend::conv2d_pair as two convolutions with a tensor between them.
inline void conv2d_pair_in_steps(const Backend& backend, const Conv2dParams& p, const Tensor& x,
                                 const PointwiseConv& first, const Tensor& w, const ConvEnd& end,
                                 Tensor& y) {
  Tensor between = y.new_empty({x.dim(0), w.dim(0), x.dim(2), x.dim(3)});
  backend.conv2d({}, x, {}, first.weight, {.bias = first.bias, .activation = first.activation},
                 between);
  backend.conv2d(p, between, {}, w, end, y);
}

}  // namespace odin::tensor
