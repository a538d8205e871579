#pragma once

#include "odin/tensor/backend/cpu/conv_windows.h"
#include "odin/tensor/backend/cpu/gemm.h"
#include "odin/tensor/channel_map.h"
#include "odin/tensor/derived.h"
#include "odin/tensor/tensor.h"

// Shared by the convolution and its input gradient.

namespace odin::tensor::cpu {

/// The values cached for a weight [O,C,KH,KW].
inline constexpr DerivedKind kForwardRows{"packed rows"}, kForwardWinograd{"Winograd weight"},
    kBackwardWinograd{"Winograd weight, flipped"}, kForwardColumns{"column Winograd weight"},
    kBackwardColumns{"column Winograd weight, flipped"},
    kPhaseRows{"packed rows of a phase"};  ///< numbers: stride, row, column

inline MapPointers pointers(const ChannelMap& map) {
  if (!map.defined()) return {};
  return {map.scale.data<float>(), map.shift.data<float>(), map.relu};
}

/// Where the results for a batch of images are written, and what is fused with them.
class BatchOutput {
 public:
  /// y = results + add
  BatchOutput(Tensor& y, const Tensor& add);
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
  bool carry_ = false, relu_ = false;
  const float *scale_ = nullptr, *shift_ = nullptr, *mean_ = nullptr;
  std::shared_ptr<double[]> sums_;  ///< [images][2][channels]
};

/// The number of parts, at most `most`, into which the work on each image is split so that every
/// thread has some; 1 if an image must not be split (`whole`).
std::int64_t parts_of_image(std::int64_t images, std::int64_t most, bool whole);

/// output[n] = weight map(x[n]), a matrix product, where x[n] is [depth, pixels].
void multiply_pixels(const PackedRows& weight, const Images& x, const MapPointers& map,
                     std::int64_t images, std::int64_t pixels, const BatchOutput& output);

/// output[n] = the convolution of map(x[n]) with weight, for any `windows`.
void multiply_windows(const PackedRows& weight, const Windows& windows, const Images& x,
                      const MapPointers& map, std::int64_t images, const BatchOutput& output);

}  // namespace odin::tensor::cpu
