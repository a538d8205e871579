#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "odin/image_resize.h"
#include "odin/tensor/tensor.h"

namespace odin::native {

/// The samples of an image, row by row from the top, those of a pixel side by side.
struct Samples {
  Samples(std::int64_t width, std::int64_t height, int channels, int sample_bytes = 1);

  std::int64_t width, height;
  int channels;      ///< 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA
  int sample_bytes;  ///< 1, or 2 in the machine's byte order; the largest value means 1.0
  std::unique_ptr<std::byte[]> bytes;

  std::size_t row_bytes() const {
    return static_cast<std::size_t>(width * channels * sample_bytes);
  }
  std::byte* row(std::int64_t y) { return bytes.get() + static_cast<std::size_t>(y) * row_bytes(); }
};

/// An image as its decoder left it. Its samples become floats only where they are read, so that a
/// large photograph takes 3 bytes a pixel, not 12. Its orientation is that of the viewer.
class Picture {
 public:
  /// `orientation` is EXIF's, 1 to 8: how the samples have to be turned. `notes` name conversions
  /// of the decoder, the empty ones none; those that follow from the arguments are added to them.
  explicit Picture(Samples samples, int orientation = 1, std::vector<std::string> notes = {});

  std::int64_t width() const { return width_; }
  std::int64_t height() const { return height_; }
  /// The conversions that are necessary for a network of so many channels: "gray to RGB",
  /// "alpha over white".
  std::vector<std::string> notes(std::int64_t channels = 3) const;
  /// The same, separated by commas.
  std::string note(std::int64_t channels = 3) const;

  /// Writes the `width` x `height` rectangle whose top left pixel is (x, y), which must lie inside
  /// the image, to `to`: [3,height,width] as Image::pixels (image.h). Thread-safe.
  void read(std::int64_t x, std::int64_t y, std::int64_t width, std::int64_t height,
            float* to) const;

  /// The whole image, [3,H,W].
  tensor::Tensor pixels() const;
  /// A rectangle of it, for resize_triangle_by_rows and its like; the picture must outlive it.
  ImageRows rows(std::int64_t x, std::int64_t y, std::int64_t width, std::int64_t height) const;
  ImageRows rows() const { return rows(0, 0, width_, height_); }

 private:
  template <class T>
  void read_as(std::int64_t x, std::int64_t y, std::int64_t width, std::int64_t height,
               float* to) const;

  Samples samples_;
  std::int64_t width_, height_;
  /// Pixel (x, y) is the sample pixel number origin + x * step_x + y * step_y.
  std::int64_t origin_, step_x_, step_y_;
  std::vector<std::string> notes_;
  std::string alpha_note_;
};

/// As load_image (image.h), which is Picture::pixels() of this.
Picture load_picture(const std::filesystem::path& path);

/// As decode_image (image.h).
Picture decode_picture(std::span<const std::byte> file, const std::string& name);

}  // namespace odin::native
