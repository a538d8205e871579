#pragma once

#include <cstdint>
#include <vector>

#include "odin/tensor/backend/cpu/conv_windows.h"
#include "odin/tensor/backend/cpu/gemm.h"
#include "odin/tensor/backend/cpu/kernels.h"

namespace odin::tensor::cpu {

/// One image of one channel for a depthwise convolution, with its padding, as lines of `pitch`
/// floats, a multiple of every vector size. With a stride, its rows and columns are grouped by their
/// remainders (phases), so that the windows of neighboring results start at neighboring floats.
class PaddedImage {
 public:
  explicit PaddedImage(const Windows& windows);

  /// Copies an image; what is outside it is 0. Of `image`, `readable` floats can be read, at least
  /// all pixels.
  void fill(const float* image, std::int64_t readable) const;
  void fill(const float* image) const { fill(image, w_.height * w_.width); }
  /// For each kernel position, row by row, the offset of what result 0 reads.
  const std::vector<std::int64_t>& taps() const { return taps_; }
  /// A convolution of this image, but for its weights, its summand, its end and where it is written.
  TapRows tap_rows() const;

  // The results as a line: result (i, j) is number i * pitch + j, and the last pitch - cols numbers
  // of a row mean nothing.
  const float* data() const { return data_.data(); }
  /// The length of that line, a multiple of every vector size.
  std::int64_t results() const;
  /// Copies [rows, cols] to such a line, with 0 at the numbers that mean nothing.
  void spread(const float* y, float* line) const;

 private:
  /// What is copied of an image: from x, if that is in the image, to y.
  struct Copy {
    LinesCopy lines;
    std::int64_t x, y;
    /// Makes this the copy of both if the other's floats lie between this one's; else returns false.
    bool take_in(const Copy& other);
  };

  /// Where a phase begins.
  std::int64_t phase(std::int64_t a, std::int64_t b) const;
  std::vector<Copy> copies() const;
  std::vector<std::int64_t> offsets() const;

  Windows w_;
  std::int64_t pitch_, rows_;
  Size2d phases_;
  std::int64_t size_;    ///< of a phase, with room for its alignment
  std::int64_t floats_;  ///< the last vectors of results read past the last phase
  Scratch data_;
  std::vector<Copy> copies_;
  std::vector<std::int64_t> taps_;
};

}  // namespace odin::tensor::cpu
