#pragma once

#include "odin/nn/layers/batch_norm.h"
#include "odin/nn/layers/conv2d.h"
#include "odin/tensor/activation.h"

namespace odin::nn {

/// f(norm(conv(x)) + residual), the order of layers in ResNet and MobileNet. `residual`, which has
/// the result's shape, may be undefined. In evaluation, with fusion on and parameters that need no
/// gradient, this is a single pass: the normalization is folded into the convolution's weight, and
/// residual and activation are applied while it writes its results.
Variable conv_norm(const Conv2d& conv, const BatchNorm2d& norm, const Variable& x,
                   const tensor::Activation& f = {}, const Variable& residual = {});

/// A convolution with the normalization and activation behind it.
struct ConvNorm {
  const Conv2d& conv;
  const BatchNorm2d& norm;
  tensor::Activation activation;
};
/// second(first(x)) for a 1x1 convolution and the depthwise one behind it. Where conv_norm() takes a
/// single pass and nothing needs a gradient, both are one.
Variable conv_norm_pair(const ConvNorm& first, const ConvNorm& second, const Variable& x);

}  // namespace odin::nn
