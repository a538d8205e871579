#pragma once

#include <cstdint>
#include <vector>

#include "odin/tensor/backend/cpu/gemm.h"
#include "odin/tensor/params.h"
#include "odin/tensor/tensor.h"

namespace odin::tensor::cpu {

/// The geometry of a convolution: for result (i, j), position (a, b) of the kernel reads pixel
/// (i stride.h + a dilation.h - top, j stride.w + b dilation.w - left) of the image, or 0 outside
/// it.
struct Windows {
  std::int64_t height, width;  ///< of the image
  std::int64_t rows, cols;     ///< of the results
  std::int64_t kernel_h, kernel_w;
  Size2d stride = 1;
  std::int64_t top = 0, left = 0;
  Size2d dilation = 1;

  /// The geometry of conv2d for x [N,C,H,W] and w [O,C,KH,KW].
  static Windows forward(const Conv2dParams& p, const Shape& x, const Shape& w);
};

/// A batch whose images are contiguous.
struct Images {
  const float* data;
  std::int64_t stride;  ///< from image to image; undefined tensor: data is null, stride 0

  Images() : data(nullptr), stride(0) {}
  explicit Images(const Tensor& t)
      : data(t.defined() ? t.data<float>() : nullptr), stride(t.defined() ? t.strides()[0] : 0) {}
  const float* operator[](std::int64_t n) const { return data ? data + n * stride : nullptr; }
  /// The images from n on, each starting at pixel `offset`.
  Images from(std::int64_t n, std::int64_t offset = 0) const {
    Images rest = *this;
    rest.data += n * stride + offset;
    return rest;
  }
};

/// Pointers to the values of a channel map; null for the identity.
struct MapPointers {
  const float* scale = nullptr;
  const float* shift = nullptr;
  bool relu = false;

  MapPointers from(std::int64_t channel) const {
    return scale ? MapPointers{scale + channel, shift + channel, relu} : *this;
  }
};

/// Gap, in floats, between lines that are read in parallel: lines at a distance of a power of two
/// would map to the same few sets of the first-level cache and evict each other.
inline constexpr std::int64_t kGapOfLines = 16;

/// Copies of the input of a convolution for a band of result rows, arranged so that the convolution
/// is a matrix product without tests for the border. Each channel has one copy per column b of the
/// kernel: shifted by b, as wide as the results, and 0 where the window is outside the image. Take
/// the results of a band as one long line: position (a, b) of the kernel then reads copy b from its
/// row a on. These starts are the row offsets of the matrix product. The lines are contiguous, and
/// no unneeded column is computed.
///
/// With a vertical stride s, the rows of a copy are grouped by their remainder modulo s (phase), so
/// that row a is again at a constant distance. The copies of several images follow each other, which
/// gives long lines for dot products.
class WindowCopies {
 public:
  /// Room for `channels` channels of `images` images and bands of at most `band_rows` rows.
  WindowCopies(const Windows& windows, std::int64_t channels, std::int64_t band_rows,
               std::int64_t images = 1);

  /// Floats per channel.
  static std::int64_t floats_of_channel(const Windows& windows, std::int64_t band_rows,
                                        std::int64_t images = 1);

  const float* data() const { return data_.data(); }
  std::int64_t image_stride() const { return copy_size_; }

  /// The offset of the operand for each position of the kernel, in the order of a weight's
  /// elements: channel, row, column.
  std::vector<std::int64_t> tap_offsets() const;

  /// Sets everything to 0, for readers that read past the last copy and multiply by 0.
  void clear() const;

  /// Copies map(x) of the first `images` images and `channels` channels, as far as result rows
  /// [first, last) read it.
  void fill(const Images& x, std::int64_t images, std::int64_t channels, const MapPointers& map,
            std::int64_t first, std::int64_t last) const {
    for (std::int64_t c = 0; c < channels; ++c) fill_channel(c, x, images, map, first, last);
  }
  /// The same for channel c alone: several threads can fill different channels.
  void fill_channel(std::int64_t c, const Images& x, std::int64_t images, const MapPointers& map,
                    std::int64_t first, std::int64_t last) const;

 private:
  /// The map of one channel.
  struct PixelMap {
    const float* scale;  ///< null: no map
    const float* shift;
    bool relu;
    void operator()(std::int64_t n, const float* x, float* y) const;
  };
  /// Column j of a copy is column (j + shift) stride.w + remainder of the image.
  struct Column {
    std::int64_t shift, remainder;
  };

  Column column(std::int64_t b) const;
  bool copies_are_shifts() const;
  std::int64_t copy_at(std::int64_t b, std::int64_t phase) const;
  void fill_behind(std::int64_t count, float* to) const;
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

/// x itself if each image is contiguous, else a copy. A range of channels of a larger tensor, as in
/// DenseNet's layers, needs no copy.
Tensor with_contiguous_images(const Tensor& x);

/// Whether the convolution is a plain matrix product of some pixels (pick_pixels): 1x1 kernel, no
/// padding, one group.
bool is_pointwise(const Conv2dParams& p, const Shape& w);

/// The pixels of x that a 1x1 convolution with this stride reads, without padding; x itself for
/// stride 1. The images of x are contiguous.
Tensor pick_pixels(const Tensor& x, const Size2d& stride);

}  // namespace odin::tensor::cpu
