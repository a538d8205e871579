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

/// A batch whose images are contiguous.
struct Images {
  const float* data;
  std::int64_t stride;  ///< from image to image; 0 with null data: there are none

  Images() : data(nullptr), stride(0) {}
  explicit Images(const Tensor& t)
      : data(t.defined() ? t.data<float>() : nullptr), stride(t.defined() ? t.strides()[0] : 0) {}
  const float* operator[](std::int64_t n) const { return data ? data + n * stride : nullptr; }
  /// Image n and those after it, without the pixels before `offset`.
  Images from(std::int64_t n, std::int64_t offset = 0) const {
    Images rest = *this;
    rest.data += n * stride + offset;
    return rest;
  }
};

/// Pointers to the values of a channel map, or nulls.
struct MapPointers {
  const float* scale = nullptr;
  const float* shift = nullptr;
  bool relu = false;

  MapPointers from(std::int64_t channel) const {
    return scale ? MapPointers{scale + channel, shift + channel, relu} : *this;
  }
};

/// Floats between the end of a line and the next, where lines are read side by side: those a power of
/// two apart would take the same few places of the first-level cache from each other.
inline constexpr std::int64_t kGapOfLines = 16;

/// What the convolution of a band of result rows reads, copied so that it needs no test for the
/// border and no rows. Of every channel there is one copy for each column b of the kernel, shifted
/// by b and as wide as the results, with zeros where the window leaves the image. Seen as one long
/// line, the results of a band then read, at position (a, b), copy b from row a on: row offsets of a
/// product of matrices, contiguous, aligned, and without a column that is computed in vain.
///
/// With a stride the rows of a copy are split by their remainder, so that row a is again at a
/// constant distance. The same copy of several images follows one another: lines for long sums.
class WindowCopies {
 public:
  /// Room for `channels` channels of `images` images and bands of at most `band_rows` rows.
  WindowCopies(const Windows& windows, std::int64_t channels, std::int64_t band_rows,
               std::int64_t images = 1);

  /// What a channel takes.
  static std::int64_t floats_of_channel(const Windows& windows, std::int64_t band_rows,
                                        std::int64_t images = 1);

  const float* data() const { return data_.data(); }
  std::int64_t image_stride() const { return copy_size_; }

  /// Where the operand of each position of the kernel starts, for channel 0, channel 1, ...: the
  /// order of a weight's elements.
  std::vector<std::int64_t> tap_offsets() const;

  /// Zeros, for a reader who multiplies what lies behind the last copy by 0.
  void clear() const;

  /// Copies what rows [first, last) of the results read of the first channels of the first images,
  /// passing it through the map.
  void fill(const Images& x, std::int64_t images, std::int64_t channels, const MapPointers& map,
            std::int64_t first, std::int64_t last) const;

 private:
  /// The map of one channel.
  struct PixelMap {
    const float* scale;  ///< null: no map
    const float* shift;
    bool relu;
    void operator()(std::int64_t n, const float* x, float* y) const;
  };
  /// A copy's column j reads column (j + shift) stride + remainder of the image.
  struct Column {
    std::int64_t shift, remainder;
  };

  Column column(std::int64_t b) const;
  bool copies_are_shifts() const;
  std::int64_t copy_at(std::int64_t b, std::int64_t phase) const;
  void fill_unshifted(const float* image, const PixelMap& map, std::int64_t first,
                      std::int64_t rows, float* to) const;
  void fill_shifted(std::int64_t images, std::int64_t rows, float* to) const;
  void fill_any(const float* image, const PixelMap& map, std::int64_t first, std::int64_t rows,
                float* to) const;

  Windows windows_;
  std::int64_t images_, channels_, phases_, copy_size_, channel_size_;
  bool shifts_;
  Scratch data_;
};

/// x itself where the pixels and channels of each image lie one after another, else a copy. A range
/// of channels of a larger tensor, as DenseNet's layers have, needs none.
Tensor with_contiguous_images(const Tensor& x);

/// Whether a convolution with weight shape w is a plain product of matrices.
bool is_pointwise(const Conv2dParams& p, const Shape& w);

}  // namespace odin::tensor::cpu
