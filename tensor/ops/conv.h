#pragma once

#include "odin/tensor/channel_map.h"
#include "odin/tensor/params.h"
#include "odin/tensor/tensor.h"

namespace odin::tensor {

/// The shape of conv2d(x, w) for these shapes of x and w. Throws, naming `op`, if they do not fit
/// together; all operations of this file make this check.
Shape conv2d_shape(const char* op, const Shape& x, const Shape& w, const Conv2dParams& p);

/// y[n,o,i,j] = sum over c,a,b of
///     x[n, c, i stride.h + a dilation.h - padding.top, j stride.w + b dilation.w - padding.left]
///     w[o,c,a,b]
/// x [N,C,H,W], w [O,C,KH,KW], y [N,O,OH,OW] with (OH,OW) = p.out_size((H,W), (KH,KW)); x is 0
/// outside the image. With g groups w is [O,C/g,KH,KW], and c runs over the channels of o's group.
/// The result is f(y + bias + add) where `end` says so. Throws if the shapes do not fit together.
Tensor conv2d(const Tensor& x, const Tensor& w, const Conv2dParams& p = {},
              const ConvEnd& end = {});

/// Fused y = f(conv2d(map(x), w) + bias + add): one pass over memory. y [N,O,OH,OW] may be a range
/// of channels of a larger tensor.
void conv2d_into(Tensor& y, const Tensor& x, const ChannelMap& map, const Tensor& w,
                 const Conv2dParams& p = {}, const ConvEnd& end = {});

/// Fused: conv2d(first(x), w, p, end) for a depthwise convolution w [M,1,KH,KW], p.groups = M, behind
/// a 1x1 convolution `first` [M,C,1,1]. What is between the two is never a tensor. end.add is not
/// supported.
Tensor conv2d_pair(const Tensor& x, const PointwiseConv& first, const Tensor& w,
                   const Conv2dParams& p, const ConvEnd& end = {});

/// The gradient of sum(dy * conv2d(x, w)) with respect to x, whose shape is `x_shape`.
Tensor conv2d_input_grad(const Tensor& dy, const Tensor& w, const Shape& x_shape,
                         const Conv2dParams& p = {});

/// Fused: the gradient of sum(dy * conv2d(map(x), w)) with respect to x, plus through.add, written
/// into dx; MapGrad (channel_map.h) has the formula. dx may be a range of channels of a larger
/// tensor. Returns the channel sums if `through.mean` is defined, else undefined tensors.
ChannelGradSums conv2d_input_grad_into(Tensor& dx, const Tensor& dy, const Tensor& w,
                                       const MapGrad& through, const Conv2dParams& p = {});

/// The gradient of sum(dy * conv2d(map(x), w)) with respect to w, whose shape is `w_shape`.
Tensor conv2d_weight_grad(const Tensor& x, const Tensor& dy, const Shape& w_shape,
                          const Conv2dParams& p = {}, const ChannelMap& map = {});

}  // namespace odin::tensor
