#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "odin/tensor/tensor.h"

namespace odin::native {

/// A decoded picture. Colour profiles and the orientation that cameras note are ignored, as by most
/// loaders of training data.
struct Image {
  /// [3,H,W] float32: red, green and blue in [0,1]. An 8-bit value v is exactly v / 255, a 16-bit
  /// one v / 65535.
  tensor::Tensor pixels;
  /// What had to be converted ("gray to RGB", "alpha over white"); empty when nothing was.
  std::string note;

  std::int64_t height() const { return pixels.dim(1); }
  std::int64_t width() const { return pixels.dim(2); }
};

/// Larger pictures are refused before they are decoded.
inline constexpr std::int64_t kMaxImagePixels = std::int64_t{64} << 20;

/// Reads a PNG (8 or 16 bits), JPEG or BMP file. Gray is repeated in all three channels; what is
/// transparent is laid over white, because that is what people see when they look at such a
/// picture, while the colours under a transparent pixel are arbitrary. Throws Error, one line that
/// names the file, when it is missing, empty, truncated, damaged, too large or none of the formats.
Image load_image(const std::filesystem::path& path);

/// load_image of a file that is in memory already; `name` is what errors call it.
Image decode_image(std::span<const std::byte> file, const std::string& name);

/// [3,H,W] float32 pixels as an 8-bit PNG file, each value clamped to [0,1] and rounded to a
/// multiple of 1/255; `name` is what errors call it.
std::vector<std::byte> encode_png(const tensor::Tensor& pixels, const std::string& name);

/// Writes encode_png. The file appears whole or not at all.
void save_png(const std::filesystem::path& path, const tensor::Tensor& pixels);

/// The files in a folder (not in folders below it) whose names end like a readable image's, in
/// natural order. Hidden files are passed over. Throws Error when there are none.
std::vector<std::filesystem::path> list_images(const std::filesystem::path& folder);

/// Whether a file's name ends like a readable image's: .png, .jpg, .jpeg or .bmp in any case.
bool has_image_name(const std::filesystem::path& path);

/// Compares runs of digits by their value: img2 stands before img10.
bool natural_less(const std::string& a, const std::string& b);

}  // namespace odin::native
