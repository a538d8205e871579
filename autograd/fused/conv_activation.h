#pragma once

#include "odin/autograd/ops/activation.h"
#include "odin/autograd/ops/conv.h"
#include "odin/autograd/ops/norm.h"
#include "odin/tensor/channel_map.h"

namespace odin::autograd {

/// Fused f(conv2d(x, weight) + bias + residual): bias, residual and activation are applied while the
/// convolution writes its results. x [N,C,H,W], weight [O,C/groups,KH,KW], bias [O] -> [N,O,OH,OW].
/// `bias` and `residual`, which has the result's shape, may be undefined.
Variable conv_activation(const Variable& x, const Variable& weight, const Conv2dParams& p,
                         const Variable& bias, const Activation& f, const Variable& residual = {});
/// The same of map(x) instead of x: a batch normalization before the convolution, with its ReLU,
/// applied while the convolution reads its input. The map is a constant.
Variable conv_activation(const Variable& x, const tensor::ChannelMap& map, const Variable& weight,
                         const Conv2dParams& p, const Variable& bias, const Activation& f,
                         const Variable& residual = {});

/// A 1x1 convolution before another one: f(conv2d(x, weight) + bias).
struct PointwiseConv {
  Variable weight, bias;
  Activation activation;
};
/// Whether the two convolutions of conv_pair_activation() can be a single pass: not in the browser,
/// where its code would be downloaded.
#ifdef __EMSCRIPTEN__
inline constexpr bool kConvPairIsOnePass = false;
#else
inline constexpr bool kConvPairIsOnePass = true;
#endif
/// f(conv2d(first(x), weight) + bias) for a depthwise convolution behind a 1x1 one: two calls of
/// conv_activation(), or where nothing needs a gradient a single pass (tensor::conv2d_pair).
Variable conv_pair_activation(const Variable& x, const PointwiseConv& first, const Variable& weight,
                              const Conv2dParams& p, const Variable& bias, const Activation& f);

/// A convolution's weight and bias with the batch normalization behind it, for evaluation:
/// batch_norm(conv2d(x, weight) + bias) = conv2d(x, scale weight) + (shift + scale bias). Cached,
/// and made anew after one of the tensors was written to. No gradient reaches them.
struct FoldedConv {
  Tensor weight, bias;
};
FoldedConv fold_batch_norm(const Tensor& weight, const Tensor& bias, const Tensor& gamma,
                           const Tensor& beta, const RunningStats& running, double epsilon);

}  // namespace odin::autograd
