#include "odin/native/pictures/image_damage.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "odin/tensor/error.h"

namespace odin::native {
namespace {

using Bytes = std::span<const std::byte>;

std::uint32_t byte_at(Bytes file, std::size_t at) {
  return std::to_integer<std::uint32_t>(file[at]);
}

std::uint32_t big_endian(Bytes file, std::size_t at, int bytes) {
  std::uint32_t value = 0;
  for (int i = 0; i < bytes; ++i) value = value << 8 | byte_at(file, at + i);
  return value;
}

std::uint32_t little_endian(Bytes file, std::size_t at, int bytes) {
  std::uint32_t value = 0;
  for (int i = bytes; i-- > 0;) value = value << 8 | byte_at(file, at + i);
  return value;
}

bool starts_with(Bytes file, std::string_view magic) {
  return file.size() >= magic.size() && std::memcmp(file.data(), magic.data(), magic.size()) == 0;
}

/// The checksum of PNG chunks (ISO 3309, polynomial 0xEDB88320 with the lowest bit first).
std::uint32_t crc32(Bytes bytes) {
  static const auto table = [] {
    std::array<std::uint32_t, 256> result{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t c = i;
      for (int bit = 0; bit < 8; ++bit) c = c & 1 ? c >> 1 ^ 0xEDB88320u : c >> 1;
      result[i] = c;
    }
    return result;
  }();
  std::uint32_t crc = ~0u;
  for (std::byte b : bytes) crc = crc >> 8 ^ table[(crc ^ std::to_integer<std::uint32_t>(b)) & 255];
  return ~crc;
}

// stb_image decodes as much as it can of a truncated or damaged file and reports success, so these
// checks run before it. Each returns a description of the damage; empty if there is none.

std::string find_png_damage(Bytes file) {
  for (std::size_t at = 8; file.size() - at >= 12;) {
    const std::size_t length = big_endian(file, at, 4);
    if (length > file.size() - at - 12) break;
    if (crc32(file.subspan(at + 4, length + 4)) != big_endian(file, at + 8 + length, 4))
      return "the file is damaged (a checksum in it is wrong)";
    if (starts_with(file.subspan(at + 4), "IEND")) return "";
    at += length + 12;
  }
  return "the file is truncated (the end of the PNG is missing)";
}

/// Whether a DHT segment holds complete Huffman tables of at most 256 codes each. With more codes
/// stb_image up to version 2.27 writes past the end of its table.
bool huffman_tables_are_legal(Bytes segment) {
  constexpr std::size_t kHeader = 17;  // the table's number, and how many codes of 1 to 16 bits
  while (segment.size() >= kHeader) {
    std::size_t codes = 0;
    for (std::size_t i = 1; i < kHeader; ++i) codes += byte_at(segment, i);
    if (codes > 256) return false;
    segment = segment.subspan(std::min(segment.size(), kHeader + codes));
  }
  return segment.empty();
}

std::string find_jpeg_damage(Bytes file) {
  constexpr std::uint32_t kHuffmanTables = 0xC4, kEndOfImage = 0xD9, kStartOfScan = 0xDA;
  std::size_t at = 2;
  while (at + 1 < file.size()) {
    if (byte_at(file, at) != 0xFF) return "the file is damaged (a JPEG marker is missing)";
    const std::uint32_t marker = byte_at(file, at + 1);
    if (marker == kEndOfImage) return "";
    if (marker == 0xFF) {  // padding
      ++at;
      continue;
    }
    if (at + 4 > file.size()) break;
    const std::size_t length = std::max<std::size_t>(2, big_endian(file, at + 2, 2));
    if (at + 2 + length > file.size()) break;
    if (marker == kHuffmanTables && !huffman_tables_are_legal(file.subspan(at + 4, length - 2)))
      return "the file is damaged (a Huffman table in it is wrong)";
    at += 2 + length;
    if (marker != kStartOfScan) continue;
    // The data of a scan end at the next 0xFF that is neither escaped by 0 nor a restart marker.
    const auto in_scan = [&] {
      const std::uint32_t next = byte_at(file, at + 1);
      return byte_at(file, at) != 0xFF || next == 0 || (next >= 0xD0 && next <= 0xD7);
    };
    while (at + 1 < file.size() && in_scan()) ++at;
  }
  return "the file is truncated (the end of the JPEG is missing)";
}

std::string find_bmp_damage(Bytes file) {
  constexpr const char* kTruncated = "the file is truncated (the end of the BMP is missing)";
  if (file.size() < 30) return kTruncated;
  const bool old_header = little_endian(file, 14, 4) == 12;
  const int field = old_header ? 2 : 4;
  const double width = little_endian(file, 18, field);
  // A negative height means that the top row comes first.
  const double height = static_cast<std::int32_t>(little_endian(file, 18 + field, field));
  const double bits_per_pixel = little_endian(file, old_header ? 24 : 28, 2);
  const double row = std::ceil(width * bits_per_pixel / 32) * 4;
  const double expected = little_endian(file, 10, 4) + row * std::abs(height);
  return static_cast<double>(file.size()) < expected ? kTruncated : "";
}

}  // namespace

std::string find_damage(Bytes file, const std::string& error_prefix) {
  using namespace std::string_view_literals;
  if (starts_with(file, "\x89PNG\r\n\x1a\n"sv)) return find_png_damage(file);
  if (starts_with(file, "\xff\xd8\xff"sv)) return find_jpeg_damage(file);
  if (starts_with(file, "BM"sv)) return find_bmp_damage(file);
  fail(error_prefix, "not an image that odin reads (expected PNG, JPEG or BMP)");
}

}  // namespace odin::native
