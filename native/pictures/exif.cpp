#include <cstring>

#include "odin/native/pictures/formats.h"

namespace odin::native {
namespace {

/// Numbers of 2 or 4 bytes in the byte order of a TIFF structure; 0 behind its end.
struct Tiff {
  Bytes bytes;
  bool big_endian;

  std::uint32_t number(std::size_t at, std::size_t size) const {
    if (at > bytes.size() || bytes.size() - at < size) return 0;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
      value =
          value << 8 | std::to_integer<std::uint32_t>(bytes[at + (big_endian ? i : size - 1 - i)]);
    return value;
  }
};

bool begins_with(Bytes bytes, const char* text, std::size_t size) {
  return bytes.size() >= size && std::memcmp(bytes.data(), text, size) == 0;
}

}  // namespace

int exif_orientation(Bytes exif) {
  constexpr std::uint32_t kOrientation = 0x112, kShort = 3;
  constexpr std::size_t kEntry = 12;
  if (begins_with(exif, "Exif\0", 5)) exif = exif.subspan(std::min<std::size_t>(6, exif.size()));
  if (!begins_with(exif, "II*\0", 4) && !begins_with(exif, "MM\0*", 4)) return 1;
  const Tiff tiff{exif, begins_with(exif, "M", 1)};
  const std::size_t directory = tiff.number(4, 4);
  const std::uint32_t entries = tiff.number(directory, 2);
  for (std::uint32_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + i * kEntry;
    if (tiff.number(entry, 2) != kOrientation) continue;
    const std::uint32_t value = tiff.number(entry + 8, 2);
    const bool legal = tiff.number(entry + 2, 2) == kShort && tiff.number(entry + 4, 4) == 1 &&
                       value >= 1 && value <= 8;
    return legal ? static_cast<int>(value) : 1;
  }
  return 1;
}

}  // namespace odin::native
