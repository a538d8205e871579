#include "odin/native/pictures/image.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <string_view>

#include "odin/nn/io/atomic_file.h"
#include "odin/nn/io/quote.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wunused-function"
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_BMP
#define STBI_NO_STDIO
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#include <stb_image.h>
#define STBI_WRITE_NO_STDIO
#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb_image_write.h>
#pragma GCC diagnostic pop

namespace odin::native {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::size_t kMaxFileBytes = std::size_t{512} << 20;
constexpr std::array<std::string_view, 4> kExtensions = {".png", ".jpg", ".jpeg", ".bmp"};

std::string error_prefix(const std::string& name) { return "image: " + nn::quote(name) + ": "; }

void check_file_size(std::uintmax_t size, const std::string& error_prefix) {
  require(size <= kMaxFileBytes, error_prefix, "larger than ", kMaxFileBytes >> 20, " MiB");
}

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

// stb_image decodes what it can of a file that is cut off or damaged and reports success. These
// checks, made before its first look at the file, find a missing end in every format, and in PNG,
// which has checksums, any damage at all. Each returns what is wrong, or nothing.

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

/// Whether a DHT segment holds whole Huffman tables of at most 256 codes. Versions of stb_image up to
/// 2.27 write past the end of theirs when there are more.
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
    // The data of a scan go on to the next 0xFF that is neither escaped by 0 nor a restart marker.
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
  // Below 0 the height says that the top row comes first.
  const double height = static_cast<std::int32_t>(little_endian(file, 18 + field, field));
  const double bits_per_pixel = little_endian(file, old_header ? 24 : 28, 2);
  const double row = std::ceil(width * bits_per_pixel / 32) * 4;
  const double expected = little_endian(file, 10, 4) + row * std::abs(height);
  return static_cast<double>(file.size()) < expected ? kTruncated : "";
}

std::string find_damage(Bytes file, const std::string& error_prefix) {
  using namespace std::string_view_literals;
  if (starts_with(file, "\x89PNG\r\n\x1a\n"sv)) return find_png_damage(file);
  if (starts_with(file, "\xff\xd8\xff"sv)) return find_jpeg_damage(file);
  if (starts_with(file, "BM"sv)) return find_bmp_damage(file);
  fail(error_prefix, "not an image that odin reads (expected PNG, JPEG or BMP)");
}

/// `samples` are interleaved, `channels` (gray, gray and alpha, RGB, RGBA) a pixel.
template <class T>
Image to_image(const T* samples, int width, int height, int channels) {
  constexpr float kMax = std::numeric_limits<T>::max();
  const bool gray = channels < 3, has_alpha = channels % 2 == 0;
  const std::int64_t size = std::int64_t{width} * height;
  Image image;
  image.pixels = tensor::Tensor::empty({3, height, width});
  auto out_elements = image.pixels.write<float>();
  float* out = out_elements.data();
  bool transparent = false;
  for (std::int64_t i = 0; i < size; ++i) {
    const T* pixel = samples + i * channels;
    for (int c = 0; c < 3; ++c) {
      float value = static_cast<float>(pixel[gray ? 0 : c]) / kMax;
      if (has_alpha && pixel[channels - 1] != std::numeric_limits<T>::max()) {
        const float alpha = static_cast<float>(pixel[channels - 1]) / kMax;
        value = value * alpha + (1 - alpha);
        transparent = true;
      }
      out[c * size + i] = value;
    }
  }
  if (gray) image.note = "gray to RGB";
  if (has_alpha) {
    if (gray) image.note += ", ";
    image.note += transparent ? "alpha over white" : "opaque alpha dropped";
  }
  return image;
}

struct FreeSamples {
  void operator()(const void* samples) const { stbi_image_free(const_cast<void*>(samples)); }
};

}  // namespace

Image decode_image(Bytes file, const std::string& name) {
  const std::string prefix = error_prefix(name);
  require(!file.empty(), prefix, "the file is empty");
  check_file_size(file.size(), prefix);
  const std::string damage = find_damage(file, prefix);
  require(damage.empty(), prefix, damage);

  const auto* data = reinterpret_cast<const stbi_uc*>(file.data());
  const int bytes = static_cast<int>(file.size());
  int width = 0, signed_height = 0, channels = 0;
  require(stbi_info_from_memory(data, bytes, &width, &signed_height, &channels) != 0, prefix,
          "damaged, far too large or of an unsupported kind");
  const std::int64_t height = std::abs(std::int64_t{signed_height});  // BMP: below 0 is top down
  require(width > 0 && height > 0, prefix, "has no pixels (", width, "x", height, ")");
  require(height <= kMaxImagePixels / width, prefix, "too large (", width, "x", height,
          ", the limit is ", kMaxImagePixels >> 20, " megapixels)");

  const auto decode = [&](auto load) {
    int columns = 0, rows = 0;
    const auto* samples = load(data, bytes, &columns, &rows, &channels, 0);
    if (samples == nullptr)
      fail(prefix, "damaged or of an unsupported kind: ", nn::quote(stbi_failure_reason()));
    const std::unique_ptr<const void, FreeSamples> owner(samples);
    return to_image(samples, columns, rows, channels);
  };
  return stbi_is_16_bit_from_memory(data, bytes) ? decode(stbi_load_16_from_memory)
                                                 : decode(stbi_load_from_memory);
}

Image load_image(const std::filesystem::path& path) {
  std::error_code unknown;
  const auto size = std::filesystem::file_size(path, unknown);
  if (!unknown) check_file_size(size, error_prefix(path.string()));
  return decode_image(nn::read_file(path, "image"), path.string());
}

std::vector<std::byte> encode_png(const tensor::Tensor& pixels, const std::string& name) {
  const std::string prefix = error_prefix(name);
  require(pixels.defined() && pixels.rank() == 3 && pixels.dim(0) == 3 && pixels.numel() > 0,
          prefix, "expected pixels of shape [3,H,W], got ", pixels.shape());
  const std::int64_t height = pixels.dim(1), width = pixels.dim(2), size = height * width;
  require(size <= kMaxImagePixels, prefix, "too large (", width, "x", height, ")");
  const tensor::Tensor planes = pixels.contiguous();
  const float* in = planes.data<float>();
  std::vector<unsigned char> interleaved(static_cast<std::size_t>(3 * size));
  for (std::int64_t i = 0; i < size; ++i) {
    for (std::int64_t c = 0; c < 3; ++c) {
      const float value = in[c * size + i];
      require(!std::isnan(value), prefix, "a pixel is NaN");
      interleaved[static_cast<std::size_t>(3 * i + c)] =
          static_cast<unsigned char>(std::lround(std::clamp(value, 0.0f, 1.0f) * 255));
    }
  }

  std::vector<std::byte> file;
  const auto append = [](void* to, void* data, int bytes) {
    const auto* first = static_cast<const std::byte*>(data);
    auto& out = *static_cast<std::vector<std::byte>*>(to);
    out.insert(out.end(), first, first + bytes);
  };
  const int written =
      stbi_write_png_to_func(append, &file, static_cast<int>(width), static_cast<int>(height), 3,
                             interleaved.data(), static_cast<int>(3 * width));
  require(written != 0, prefix, "cannot be encoded as PNG");
  return file;
}

void save_png(const std::filesystem::path& path, const tensor::Tensor& pixels) {
  nn::write_file_atomically(path, encode_png(pixels, path.string()), "image");
}

bool natural_less(const std::string& a, const std::string& b) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  // Without leading zeros the longer run of digits is the larger number.
  const auto take_number = [&](const std::string& s, std::size_t& at) {
    while (at < s.size() && s[at] == '0') ++at;
    const std::size_t first = at;
    while (at < s.size() && is_digit(s[at])) ++at;
    return std::string_view(s).substr(first, at - first);
  };
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (is_digit(a[i]) && is_digit(b[j])) {
      const auto x = take_number(a, i), y = take_number(b, j);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
    } else {
      if (a[i] != b[j]) return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
      ++i, ++j;
    }
  }
  if (i < a.size() || j < b.size()) return j < b.size();
  return a < b;  // they differ in leading zeros at most
}

bool has_image_name(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  for (char& c : extension)
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
  return std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

std::vector<std::filesystem::path> list_images(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  const std::string prefix = error_prefix(folder.string());
  require(fs::is_directory(folder, error), prefix, "not a folder");
  std::vector<fs::path> found;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const bool hidden = entry->path().filename().string().starts_with('.');
    std::error_code ignored;
    if (!hidden && has_image_name(entry->path()) && !entry->is_directory(ignored))
      found.push_back(entry->path());
  }
  require(!error, prefix, error.message());
  require(!found.empty(), prefix,
          "no images in this folder (expected files that end in .png, .jpg, .jpeg or .bmp)");
  std::sort(found.begin(), found.end(), [](const fs::path& a, const fs::path& b) {
    return natural_less(a.filename().string(), b.filename().string());
  });
  return found;
}

}  // namespace odin::native
