#include <algorithm>
#include <cstring>
#include <string_view>

#include "odin/native/pictures/formats.h"
#include "odin/native/pictures/image.h"
#include "odin/native/pictures/image_error.h"
#include "odin/nn/io/atomic_file.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{1} << 30;

bool has_bytes(Bytes file, std::string_view magic, std::size_t at = 0) {
  return file.size() >= at + magic.size() &&
         std::memcmp(file.data() + at, magic.data(), magic.size()) == 0;
}

void check_file_size(std::uintmax_t size, const std::string& prefix) {
  require(size <= kMaxFileBytes, prefix, "larger than ", kMaxFileBytes >> 20, " MiB");
}

}  // namespace

void check_picture_size(std::int64_t width, std::int64_t height, std::size_t file_bytes,
                        const std::string& prefix) {
  require(width > 0 && height > 0, prefix, "has no pixels (", width, "x", height, ")");
  require(height <= kMaxImagePixels / width, prefix, "too large (", width, "x", height,
          ", the limit is ", kMaxImagePixels >> 20, " megapixels)");
  // The densest files, lossless WebP of a single color, have half as many.
  constexpr std::int64_t kSmall = std::int64_t{4} << 20, kPixelsPerByte = 50'000;
  require(width * height <= kSmall ||
              width * height / kPixelsPerByte <= static_cast<std::int64_t>(file_bytes),
          prefix, "damaged (", file_bytes, " bytes cannot hold a picture of ", width, "x", height,
          ")");
}

Picture decode_picture(Bytes file, const std::string& name) {
  using namespace std::string_view_literals;
  const std::string prefix = image_error_prefix(name);
  require(!file.empty(), prefix, "the file is empty");
  check_file_size(file.size(), prefix);
  if (has_bytes(file, "\x89PNG\r\n\x1a\n"sv)) return decode_png(file, prefix);
  if (has_bytes(file, "\xff\xd8"sv)) return decode_jpeg(file, prefix);
  if (has_bytes(file, "RIFF"sv) && has_bytes(file, "WEBP"sv, 8)) return decode_webp(file, prefix);
  if (has_bytes(file, "BM"sv)) return decode_bmp(file, prefix);
  require(!has_bytes(file, "\x89PN"sv), prefix,
          "a PNG file whose first bytes are damaged, as copying it as text does");
  const std::string foreign = foreign_format(file);
  require(foreign.empty(), prefix, foreign);
  fail(prefix, "not an image that odin reads (expected PNG, JPEG, WebP or BMP)");
}

Picture load_picture(const std::filesystem::path& path) {
  std::error_code unknown;
  const auto size = std::filesystem::file_size(path, unknown);
  if (!unknown) check_file_size(size, image_error_prefix(path.string()));
  return decode_picture(nn::read_file(path, "image", kMaxFileBytes), path.string());
}

Image decode_image(Bytes file, const std::string& name) {
  const Picture picture = decode_picture(file, name);
  return {picture.pixels(), picture.note()};
}

Image load_image(const std::filesystem::path& path) {
  const Picture picture = load_picture(path);
  return {picture.pixels(), picture.note()};
}

}  // namespace odin::native
