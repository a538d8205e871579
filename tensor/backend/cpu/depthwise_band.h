#pragma once

#include <cstdint>

#include "odin/tensor/backend/cpu/padded_image.h"
#include "odin/tensor/channel_map.h"
#include "odin/tensor/tensor.h"

namespace odin::tensor::cpu {

/// A depthwise convolution, channel by channel, in bands of result rows. x is [N,C,H,W] with
/// contiguous images, w [O,1,KH,KW] is contiguous, all are float32; `end` has no summand.
class DepthwiseConv {
 public:
  DepthwiseConv(const Conv2dParams& p, const Shape& x, const Tensor& w, const ConvEnd& end);

  const Windows& windows() const { return windows_; }

 private:
  friend class DepthwiseBand;
  Windows windows_;
  std::int64_t taps_;
  const float *weights_, *bias_;
  Activation activation_;
};

/// Rows [first, last) of the results, and the rows of the input that they read. For one thread.
class DepthwiseBand {
 public:
  DepthwiseBand(const DepthwiseConv& conv, std::int64_t first, std::int64_t last);
  /// The band-th of so many bands of nearly equal height.
  static DepthwiseBand of(const DepthwiseConv& conv, std::int64_t band, std::int64_t bands);

  /// The first row of the input, and their number.
  std::int64_t top() const { return top_; }
  std::int64_t height() const { return windows_.height; }

  /// The results of output channel o. `rows` are the band's input rows of the channel that it reads,
  /// of which `readable` floats can be read; y is the channel's whole result, and so is add (or
  /// null).
  void compute(std::int64_t o, const float* rows, std::int64_t readable, const float* add,
               float* y);

 private:
  const DepthwiseConv& conv_;
  std::int64_t first_, top_;
  Windows windows_;
  PaddedImage image_;
  TapRows rows_;
};

}  // namespace odin::tensor::cpu
