#pragma once

#include "odin/tensor/channel_map.h"
#include "odin/tensor/params.h"
#include "odin/tensor/tensor.h"

// Depthwise convolution: each output channel reads one input channel. There is no sum over channels
// that a matrix product could use, so each channel is computed on its own: its image is copied with
// its padding into lines, in which every kernel position is a constant distance away, so that a
// vector of results is a weighted sum of shifted vectors.

namespace odin::tensor::cpu {

/// Whether a convolution with weight w [O,1,KH,KW] is depthwise: more than one group, each with one
/// input channel.
bool is_depthwise(const Conv2dParams& p, const Shape& w);

/// y = f(conv2d(x, w) + bias + add), as Backend::conv2d without a channel map. x, y and `add` have
/// contiguous images, w is contiguous, all are float32.
void depthwise(const Conv2dParams& p, const Tensor& x, const Tensor& w, const ConvEnd& end,
               Tensor& y);
/// The gradient with respect to x, written into dx, which must be contiguous and 0. Not with a
/// stride and a dilation together.
void depthwise_input_grad(const Conv2dParams& p, const Tensor& dy, const Tensor& w, Tensor& dx);
void depthwise_weight_grad(const Conv2dParams& p, const Tensor& x, const Tensor& dy, Tensor& dw);

}  // namespace odin::tensor::cpu
