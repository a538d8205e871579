#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "odin/tensor/tensor.h"

namespace odin::native {

/// A decoded image as a viewer shows it: turned by its EXIF orientation, CMYK as RGB (taken as
/// inverted, as browsers do). Color profiles and gamma are ignored, as in most loaders of training
/// data; a note names a profile that is not sRGB.
struct Image {
  /// [3,H,W] float32: red, green and blue in [0,1]. An 8-bit value v is exactly v / 255, a 16-bit
  /// one v / 65535.
  tensor::Tensor pixels;
  /// Conversions that were necessary ("gray to RGB", "alpha over white"); empty if none.
  std::string note;

  std::int64_t height() const { return pixels.dim(1); }
  std::int64_t width() const { return pixels.dim(2); }
};

/// Images with more pixels are rejected before they are decoded.
inline constexpr std::int64_t kMaxImagePixels = std::int64_t{256} << 20;

/// Reads a PNG, JPEG, WebP or BMP file, which is recognized by its first bytes, not by its name.
/// Gray is repeated in all three channels.
/// Transparent images are composited over white, which is how people usually see them; the colors
/// of transparent pixels are arbitrary. Throws Error, one line that names the file, if it is
/// missing, empty, truncated, damaged, too large or of another format. Thread-safe. For large
/// photographs load_picture (picture.h) takes a quarter of the memory.
Image load_image(const std::filesystem::path& path);

/// load_image for a file in memory; `name` is its name in error messages.
Image decode_image(std::span<const std::byte> file, const std::string& name);

/// Encodes [3,H,W] float32 pixels as an 8-bit PNG file, each value clamped to [0,1] and rounded to
/// a multiple of 1/255; `name` is the image's name in error messages.
std::vector<std::byte> encode_png(const tensor::Tensor& pixels, const std::string& name);

/// Writes encode_png(pixels) to a file, atomically.
void save_png(const std::filesystem::path& path, const tensor::Tensor& pixels);

/// The image files in a folder (by has_image_name, not recursive, without hidden files) in natural
/// order. Throws Error if there are none.
std::vector<std::filesystem::path> list_images(const std::filesystem::path& folder);

/// Whether a file's name ends in .png, .jpg, .jpeg, .jpe, .jfif, .webp or .bmp, in upper or lower
/// case.
bool has_image_name(const std::filesystem::path& path);

/// How many pictures of other formats there are, by the ending of their names in lower case.
using OtherPictures = std::map<std::string, std::int64_t>;

/// Counts a file whose name is that of a picture of such a format.
void count_other_picture(const std::filesystem::path& path, OtherPictures& others);

/// What a folder contains, hidden files left out, each kind in natural order.
struct FolderContents {
  std::vector<std::filesystem::path> folders, images;
  OtherPictures others;
};
FolderContents list_folder(const std::filesystem::path& folder);

/// "3 pictures not read: 2 .gif, 1 .tif (odin reads PNG, JPEG, WebP and BMP)"; empty if there are
/// none.
std::string other_pictures_note(const OtherPictures& others);

/// Natural order, which compares runs of digits by value: img2 < img10.
bool natural_less(const std::string& a, const std::string& b);

}  // namespace odin::native
