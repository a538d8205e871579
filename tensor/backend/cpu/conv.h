#pragma once

#include "odin/tensor/backend/cpu/conv_windows.h"
#include "odin/tensor/backend/cpu/gemm.h"
#include "odin/tensor/channel_map.h"
#include "odin/tensor/derived.h"
#include "odin/tensor/tensor.h"

// The loops that the convolution and its input gradient share.

namespace odin::tensor::cpu {

/// What is kept for a weight [O,C,KH,KW].
inline constexpr DerivedKind kForwardRows{"packed rows"}, kForwardWinograd{"Winograd weight"},
    kBackwardWinograd{"Winograd weight, turned round"}, kForwardColumns{"column Winograd weight"},
    kBackwardColumns{"column Winograd weight, turned round"},
    kPhaseRows{"packed rows of a phase"};  ///< of a stride, a row and a column

inline MapPointers pointers(const ChannelMap& map) {
  if (!map.defined()) return {};
  return {map.scale.data<float>(), map.shift.data<float>(), map.relu};
}

/// Where the results for a batch go.
class BatchOutput {
 public:
  /// y = results + add
  BatchOutput(Tensor& y, const Tensor& add);
  /// dx as MapGrad says, with contiguous images x in the place of its x.
  BatchOutput(Tensor& dx, const MapGrad& through, const Tensor& x);

  /// That of image n. Sums go to the image's own row, so an image is one thread's work.
  Output operator[](std::int64_t n) const;
  bool sums() const { return sums_ != nullptr; }
  /// Adds up the images' sums, always in the same order.
  void finish(Tensor& sum_g, Tensor& sum_gx) const;

 private:
  float* y_;
  std::int64_t y_stride_, images_, channels_, pixels_;
  Images add_, x_;
  bool carry_ = false, relu_ = false;
  const float *scale_ = nullptr, *shift_ = nullptr, *mean_ = nullptr;
  std::shared_ptr<double[]> sums_;  ///< [images][2][channels]
};

/// Into how many parts, `most` at most, the work on each of the images is split, so that every thread
/// has some; one where an image must stay whole.
std::int64_t parts_of_image(std::int64_t images, std::int64_t most, bool whole);

/// output[n] = weight map(x[n]), where x[n] is [depth, pixels].
void multiply_pixels(const PackedRows& weight, const Images& x, const MapPointers& map,
                     std::int64_t images, std::int64_t pixels, const BatchOutput& output);

/// output[n] = weight times the windows of map(x[n]).
void multiply_windows(const PackedRows& weight, const Windows& windows, const Images& x,
                      const MapPointers& map, std::int64_t images, const BatchOutput& output);

}  // namespace odin::tensor::cpu
