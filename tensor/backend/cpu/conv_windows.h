#pragma once

#include <cstdint>
#include <vector>

#include "odin/tensor/backend/cpu/gemm.h"
#include "odin/tensor/params.h"
#include "odin/tensor/tensor.h"

namespace odin::tensor::cpu {

/// A convolution seen from its results: result (i, j) reads, at the kernel's position (a, b), pixel
/// (i stride + a - top, j stride + b - left) of the image, or 0 outside it.
struct Windows {
  std::int64_t height, width;  ///< of the image
  std::int64_t rows, cols;     ///< of the results
  std::int64_t kernel_h, kernel_w;
  std::int64_t stride = 1, top = 0, left = 0;

  /// Those of a convolution of x [N,C,H,W] with w [O,C,KH,KW].
  static Windows forward(const Conv2dParams& p, const Shape& x, const Shape& w);
};

/// Pointers to the values of a channel map, or nulls.
struct MapPointers {
  const float* scale = nullptr;
  const float* shift = nullptr;
  bool relu = false;
};

/// What the convolution of a band of result rows reads, copied so that it needs no test for the
/// border and no rows. Of every channel there is one copy for each column b of the kernel, shifted
/// by b and as wide as the results, with zeros where the window leaves the image. Seen as one long
/// line, the results of a band then read, at position (a, b), copy b from row a on: row offsets of a
/// product of matrices, contiguous, aligned, and without a column that is computed in vain.
///
/// With a stride the rows of a copy are split by their remainder, so that row a is again at a
/// constant distance.
class WindowCopies {
 public:
  /// Room for `images` images of `channels` channels and bands of at most `band_rows` rows.
  WindowCopies(const Windows& windows, std::int64_t channels, std::int64_t band_rows,
               std::int64_t images = 1);

  const float* data() const { return data_.data(); }
  std::int64_t image_size() const { return channels_ * channel_size_; }

  /// Where the operand of each position of the kernel starts, for channel 0, channel 1, ...: the
  /// order of a weight's elements.
  std::vector<std::int64_t> tap_offsets() const;

  /// Copies what rows [first, last) of the results read, passing it through the map.
  void fill(const float* image, const MapPointers& map, std::int64_t first, std::int64_t last,
            std::int64_t slot = 0) const;

 private:
  void fill_channel(const float* channel, const float* scale, const float* shift, bool relu,
                    std::int64_t first, std::int64_t last, float* to) const;
  bool fill_by_shifting(const float* channel, const float* scale, const float* shift, bool relu,
                        std::int64_t first_row, std::int64_t rows, float* to) const;

  Windows windows_;
  std::int64_t channels_, phases_, copy_rows_, copy_size_, channel_size_;
  Scratch data_;
};

/// x itself where the pixels and channels of each image lie one after another, else a copy. A range
/// of channels of a larger tensor, as DenseNet's layers have, needs none.
Tensor with_contiguous_images(const Tensor& x);

/// Whether a convolution with weight shape w is a plain product of matrices.
bool is_pointwise(const Conv2dParams& p, const Shape& w);

}  // namespace odin::tensor::cpu
