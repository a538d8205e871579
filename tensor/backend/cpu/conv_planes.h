#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "odin/tensor/backend/cpu/gemm.h"
#include "odin/tensor/params.h"
#include "odin/tensor/tensor.h"

namespace odin::tensor::cpu {

/// A channel of an image copied into a plane with zeros around it, so that a convolution needs no
/// test for the border, and laid out so that it needs no rows either: seen as one long line, the
/// neighbour of position f under a tap is f plus that tap's constant offset. A convolution is then
/// a product of matrices whose k-th row is the line shifted by the k-th tap's offset.
///
///   position of plane row r, column c:  r * pitch + c,   holding pixel
///   (r * stride + phase_row - top, c * stride + phase_col - left), or 0 outside the image.
///
/// With a stride the image is split into stride x stride such planes, one a phase, and every tap
/// reads the plane of its own phase at stride 1. The columns between the image and `pitch` are
/// computed and thrown away; with stride 1 the zeros right of a row double as those left of the
/// next one, which keeps that waste at one column in 33 for CIFAR's rows.
struct PlaneLayout {
  std::int64_t height, width;  ///< of the image
  std::int64_t stride = 1;
  std::int64_t top = 0, left = 0;  ///< zeros above and left of the image, before splitting
  std::int64_t rows = 0;           ///< of a plane
  std::int64_t pitch = 0;          ///< distance between its rows

  std::int64_t plane_size() const { return rows * pitch; }

  void fill(const float* image, std::int64_t phase_row, std::int64_t phase_col, float* plane) const;
};

/// The planes of every channel of one image, with room for a tile that runs past the end.
class Planes {
 public:
  Planes(const PlaneLayout& layout, std::int64_t channels, std::int64_t phase_rows = 1,
         std::int64_t phase_cols = 1);

  std::int64_t channel_stride() const { return phase_rows_ * phase_cols_ * layout_.plane_size(); }
  std::int64_t phase_offset(std::int64_t row, std::int64_t col) const {
    return (row * phase_cols_ + col) * layout_.plane_size();
  }
  const float* data() const { return data_.data(); }

  /// Copies one image [channels, height, width] into the planes.
  void fill(const float* image) const;

 private:
  PlaneLayout layout_;
  std::int64_t channels_, phase_rows_, phase_cols_, slack_;
  Scratch data_;
};

/// A position of the kernel, and where it reads in the planes of a channel.
struct Tap {
  std::int64_t a, b;  ///< row and column of the kernel
  std::int64_t offset;
};

/// The offsets of all taps in channel 0, then in channel 1, ...: the order of a weight's elements.
std::vector<std::int64_t> tap_offsets(const std::vector<Tap>& taps, std::int64_t channels,
                                      std::int64_t channel_stride);

/// x itself where the pixels and channels of each image lie one after another, else a copy. A range
/// of channels of a larger tensor, as DenseNet's layers have, needs none.
Tensor with_contiguous_images(const Tensor& x);

/// Whether a convolution with weight shape w is a plain product of matrices.
bool is_pointwise(const Conv2dParams& p, const Shape& w);

/// What a convolution of x [N,C,H,W] with w [O,C,KH,KW] reads: the layout of one channel's planes,
/// the planes of an image, and the taps.
PlaneLayout forward_layout(const Conv2dParams& p, const Shape& x, const Shape& w);
Planes forward_planes(const Conv2dParams& p, const PlaneLayout& layout, const Shape& w);
std::vector<std::int64_t> forward_taps(const Conv2dParams& p, const PlaneLayout& layout,
                                       const Planes& planes, const Shape& w);

}  // namespace odin::tensor::cpu
