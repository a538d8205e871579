#pragma once

#include <cstdint>
#include <functional>

#include "odin/tensor/tensor.h"

namespace odin {

// Resizing of images [C,H,W] float32 to [C,height,width]. The whole image is scaled, horizontally
// and vertically by separate factors, so the aspect ratio may change. The choice of the filter
// affects ODIN's scores on reduced images. Functions throw for images that are not [C,H,W] float32
// and for sizes below 1. Thread-safe.

/// An image [channels,height,width] whose rows are made as they are needed, for those too large to
/// be in memory as floats.
struct ImageRows {
  std::int64_t channels, height, width;
  /// Writes rows [first, last) to `to`, [channels, last - first, width].
  std::function<void(std::int64_t first, std::int64_t last, float* to)> read;
};

/// The rows of an image [C,H,W] float32. Throws for others.
ImageRows rows_of(const tensor::Tensor& image);

/// Triangle filter (linear interpolation with antialiasing): PyTorch's "bilinear" with
/// antialias=True and align_corners=False.
tensor::Tensor resize_triangle(const tensor::Tensor& image, std::int64_t width,
                               std::int64_t height);
tensor::Tensor resize_triangle_by_rows(const ImageRows& image, std::int64_t width,
                                       std::int64_t height);

/// Bicubic filter with antialiasing (Keys' with a = -0.5): PyTorch's "bicubic" with antialias=True
/// and Pillow's BICUBIC. Where edges are sharp the result may be a little outside of the image's
/// range.
tensor::Tensor resize_bicubic(const tensor::Tensor& image, std::int64_t width, std::int64_t height);
tensor::Tensor resize_bicubic_by_rows(const ImageRows& image, std::int64_t width,
                                      std::int64_t height);

/// A part of a resized image: `width` x `height` pixels, the top left one at (x, y).
struct ResizedPart {
  std::int64_t resized_width, resized_height;  ///< of the whole image
  std::int64_t x, y, width, height;
};

/// That part of what the functions above make of the whole image, bit for bit. Only the part takes
/// memory, however large the whole would be.
tensor::Tensor resize_triangle_part(const ImageRows& image, const ResizedPart& part);
tensor::Tensor resize_bicubic_part(const ImageRows& image, const ResizedPart& part);

/// Box filter: the mean over the area that each new pixel covers, with old pixels weighted by the
/// part of them that is covered.
tensor::Tensor resize_box(const tensor::Tensor& image, std::int64_t width, std::int64_t height);
tensor::Tensor resize_box_by_rows(const ImageRows& image, std::int64_t width, std::int64_t height);

/// New pixel i is the old pixel floor(i * old size / new size), without a filter (PyTorch's
/// "nearest"): from 64 to 32 it takes every second pixel. Fine patterns become coarse ones
/// (aliasing).
tensor::Tensor resize_aliased(const tensor::Tensor& image, std::int64_t width, std::int64_t height);
tensor::Tensor resize_aliased_by_rows(const ImageRows& image, std::int64_t width,
                                      std::int64_t height);

/// The width x height rectangle whose top left pixel is (x, y). Throws if it is not inside the
/// image.
tensor::Tensor crop(const tensor::Tensor& image, std::int64_t x, std::int64_t y, std::int64_t width,
                    std::int64_t height);

}  // namespace odin
