#pragma once

#include "odin/tensor/backend/cpu/conv_windows.h"
#include "odin/tensor/backend/cpu/gemm.h"
#include "odin/tensor/channel_map.h"
#include "odin/tensor/derived.h"
#include "odin/tensor/tensor.h"

// Shared by the convolution and its input gradient.

namespace odin::tensor::cpu {

/// The values cached for the weight of one group of a convolution; the group is their number 0.
inline constexpr DerivedKind kForwardRows{"packed rows"}, kForwardWinograd{"Winograd weight"},
    kBackwardWinograd{"Winograd weight, flipped"}, kForwardColumns{"column Winograd weight"},
    kBackwardColumns{"column Winograd weight, flipped"},
    kPhaseRows{"packed rows of a phase"},     ///< numbers: group, stride, row, column
    kJointRows{"packed rows of all phases"};  ///< numbers: group, stride, padding at top and left

inline MapPointers pointers(const ChannelMap& map) {
  if (!map.defined()) return {};
  return {map.scale.data<float>(), map.shift.data<float>(), map.relu};
}

/// One group of a convolution: a range of channels of each of its tensors, without copying.
class Group {
 public:
  Group(const Conv2dParams& p, std::int64_t number)
      : params_(p), number_(number), groups_(p.groups) {
    params_.groups = 1;
  }

  /// The parameters of the group's own convolution.
  const Conv2dParams& params() const { return params_; }
  /// The group's part of x, y, or something of their shape: the channels of [N,C,H,W].
  Tensor of_channels(const Tensor& t) const { return part(t, 1); }
  /// The group's part of a weight [O,C,KH,KW], or of one number a channel [C].
  Tensor of_outputs(const Tensor& t) const { return part(t, 0); }
  ChannelMap of(const ChannelMap& map) const {
    return {of_outputs(map.scale), of_outputs(map.shift), map.relu};
  }

 private:
  Tensor part(const Tensor& t, int dim) const {
    if (groups_ == 1 || !t.defined()) return t;
    const std::int64_t size = t.dim(dim) / groups_;
    return t.slice(dim, number_ * size, (number_ + 1) * size);
  }

  Conv2dParams params_;
  std::int64_t number_, groups_;
};

/// Where the results for a batch of images are written, and what is fused with them.
class BatchOutput {
 public:
  /// y = f(results + bias + add), as in ConvEnd.
  BatchOutput(Tensor& y, const ConvEnd& end);
  /// dx by MapGrad's formula; x is through.x with contiguous images.
  BatchOutput(Tensor& dx, const MapGrad& through, const Tensor& x);

  /// The output of image n. If sums are computed, each image has its own, so only one thread may
  /// work on an image.
  Output operator[](std::int64_t n) const;
  bool sums() const { return sums_ != nullptr; }
  /// Adds the sums of all images, always in the same order.
  void finish(Tensor& sum_g, Tensor& sum_gx) const;

 private:
  float* y_;
  std::int64_t y_stride_, images_, channels_, pixels_;
  Images add_, x_;
  const float* bias_ = nullptr;
  Activation activation_;
  bool carry_ = false, relu_ = false;
  const float *scale_ = nullptr, *shift_ = nullptr, *mean_ = nullptr;
  std::shared_ptr<double[]> sums_;  ///< [images][2][channels]
};

/// The number of parts, at most `most`, into which the work on each image is split so that every
/// thread has some; 1 if an image must not be split (`whole`).
std::int64_t parts_of_image(std::int64_t images, std::int64_t most, bool whole);

/// The grain of a loop over n parts of the work on one image, or on few: one range for each thread.
/// Every range copies its pixels, and a thread finds those that it has computed in its cache.
std::int64_t one_range_a_thread(std::int64_t n);
/// The grain of a loop over n parts of the work on so many images: one range for each thread if there
/// are fewer images, else 1.
std::int64_t grain_of_parts(std::int64_t images, std::int64_t n);

/// output[n] = weight map(x[n]), a matrix product, where x[n] is [depth, pixels].
void multiply_pixels(const PackedRows& weight, const Images& x, const MapPointers& map,
                     std::int64_t images, std::int64_t pixels, const BatchOutput& output);

/// output[n] = the convolution of map(x[n]) with weight, for any `windows`.
void multiply_windows(const PackedRows& weight, const Windows& windows, const Images& x,
                      const MapPointers& map, std::int64_t images, const BatchOutput& output);

}  // namespace odin::tensor::cpu
