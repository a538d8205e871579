#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <cstring>

#include "odin/native/pictures/formats.h"
#include "odin/tensor/error.h"

// BMP by Microsoft's descriptions of BITMAPCOREHEADER to BITMAPV5HEADER, and of OS/2 1 and 2. What
// the descriptions leave open (32 bits without masks have no alpha; pixels that a run-length code
// skips are transparent, so white here) is done as browsers do it.

namespace odin::native {
namespace {

enum Compression : std::uint32_t { kPlain = 0, kRle8 = 1, kRle4 = 2, kMasks = 3, kAlphaMasks = 6 };

/// The little-endian numbers of a file; those behind its end are an error.
class Input {
 public:
  Input(Bytes file, const std::string& prefix) : file_(file), prefix_(prefix) {}

  std::uint32_t number(std::size_t at, std::size_t size) const {
    const std::uint8_t* bytes = span(at, size);
    std::uint32_t value = 0;
    for (std::size_t i = size; i-- > 0;) value = value << 8 | bytes[i];
    return value;
  }
  const std::uint8_t* span(std::size_t at, std::size_t size) const {
    require(at <= file_.size() && file_.size() - at >= size, prefix_,
            "the file is truncated (the end of the BMP is missing)");
    return reinterpret_cast<const std::uint8_t*>(file_.data()) + at;
  }
  std::size_t size() const { return file_.size(); }
  const std::string& prefix() const { return prefix_; }

 private:
  Bytes file_;
  const std::string& prefix_;
};

/// One channel of a pixel of 16 or 32 bits.
struct Mask {
  std::uint32_t bits = 0;

  bool is_contiguous() const {
    const std::uint32_t low = bits >> (bits ? std::countr_zero(bits) : 0);
    return (low & (low + 1)) == 0;
  }
  /// The channel's value of 8 bits.
  std::uint8_t of(std::uint32_t pixel) const {
    if (bits == 0) return 0;
    const int width = std::popcount(bits);
    const std::uint32_t value = (pixel & bits) >> std::countr_zero(bits);
    if (width > 8) return static_cast<std::uint8_t>(value >> (width - 8));
    const std::uint32_t largest = (1u << width) - 1;
    return static_cast<std::uint8_t>((value * 255 + largest / 2) / largest);
  }
};

struct Header {
  std::int64_t width = 0, height = 0;
  bool top_down = false;
  std::uint32_t bits = 0, compression = kPlain;
  std::size_t data_at = 0;
  std::array<Mask, 4> masks;  ///< red, green, blue, alpha
  std::array<std::array<std::uint8_t, 3>, 256> palette{};

  std::size_t row_bytes() const { return (static_cast<std::size_t>(width) * bits + 31) / 32 * 4; }
};

constexpr std::size_t kInfo = 14;  ///< behind the file's header

void check_kind(const Header& h, std::uint32_t size, const std::string& prefix) {
  const auto has_bits = [&](std::initializer_list<std::uint32_t> legal) {
    return std::find(legal.begin(), legal.end(), h.bits) != legal.end();
  };
  const bool os2 = size < 40 || size == 64;
  const char* const unread = os2 && h.compression == 3   ? "Huffman codes"
                             : os2 && h.compression == 4 ? "run-length codes of 24 bits"
                             : h.compression == 4        ? "a JPEG in it"
                             : h.compression == 5        ? "a PNG in it"
                                                         : nullptr;
  require(unread == nullptr, prefix, "a BMP with ", unread ? unread : "",
          ", which odin does not read: convert it");
  const bool legal = h.compression == kPlain  ? has_bits({1, 2, 4, 8, 16, 24, 32})
                     : h.compression == kRle8 ? has_bits({8})
                     : h.compression == kRle4 ? has_bits({4})
                     : h.compression == kMasks || h.compression == kAlphaMasks ? has_bits({16, 32})
                                                                               : false;
  require(legal, prefix, "damaged or of an unsupported kind (a BMP of ", h.bits,
          " bits a pixel, compression ", h.compression, ")");
}

void read_masks(const Input& in, std::uint32_t size, Header& h) {
  if (h.compression == kPlain) {
    h.masks = h.bits == 16 ? std::array<Mask, 4>{{{0x7c00}, {0x3e0}, {0x1f}, {0}}}
                           : std::array<Mask, 4>{{{0xff0000}, {0xff00}, {0xff}, {0}}};
    return;
  }
  const std::size_t count = h.compression == kAlphaMasks || size >= 56 ? 4 : 3;
  for (std::size_t i = 0; i < count; ++i) {
    h.masks[i].bits = in.number(kInfo + 40 + 4 * i, 4);
    require(h.masks[i].is_contiguous(), in.prefix(),
            "damaged or of an unsupported kind (a BMP with holes in its bit masks)");
  }
}

/// Missing colors are black.
void read_palette(const Input& in, std::size_t at, std::size_t entry, std::size_t colors,
                  Header& h) {
  if (h.bits > 8) return;
  const std::size_t most = std::size_t{1} << h.bits;
  colors = std::min(colors == 0 ? most : colors, most);
  if (h.data_at > at) colors = std::min(colors, (h.data_at - at) / entry);
  for (std::size_t i = 0; i < colors; ++i) {
    const std::uint8_t* color = in.span(at + i * entry, 3);
    h.palette[i] = {color[2], color[1], color[0]};
  }
  if (h.data_at < at) h.data_at = at + colors * entry;
}

Header read_bmp_header(const Input& in) {
  Header h;
  h.data_at = in.number(10, 4);
  const std::uint32_t size = in.number(kInfo, 4);
  require(size == 12 || (size >= 16 && size <= 124), in.prefix(),
          "damaged or of an unsupported kind (a BMP with a header of ", size, " bytes)");
  const bool core = size == 12;  // OS/2 1
  const std::size_t field = core ? 2 : 4;
  h.width = static_cast<std::int32_t>(in.number(kInfo + 4, field));
  h.height = static_cast<std::int32_t>(in.number(kInfo + 4 + field, field));
  h.top_down = h.height < 0;
  h.height = std::abs(h.height);
  h.bits = in.number(kInfo + 6 + 2 * field, 2);
  // OS/2 2 may end its header early: what is missing is 0.
  if (size >= 20) h.compression = in.number(kInfo + 16, 4);
  const std::size_t colors = size >= 36 ? in.number(kInfo + 32, 4) : 0;
  check_kind(h, size, in.prefix());
  check_picture_size(h.width, h.height, in.size(), in.prefix());
  std::size_t palette_at = kInfo + size;
  if (h.bits == 16 || h.bits == 32) {
    read_masks(in, size, h);
    if (size < 52 && h.compression != kPlain) palette_at += h.compression == kAlphaMasks ? 16 : 12;
  }
  read_palette(in, palette_at, core ? 3 : 4, colors, h);
  if (h.data_at < palette_at) h.data_at = palette_at;
  return h;
}

class BmpReader {
 public:
  BmpReader(const Input& in, const Header& header)
      : in_(in), h_(header), samples_(header.width, header.height, header.masks[3].bits ? 4 : 3) {}

  Samples read() {
    if (h_.compression == kRle8 || h_.compression == kRle4)
      read_runs();
    else
      read_rows();
    return std::move(samples_);
  }

 private:
  /// The place of row `y` of the file.
  std::uint8_t* row(std::int64_t y) {
    return reinterpret_cast<std::uint8_t*>(samples_.row(h_.top_down ? y : h_.height - 1 - y));
  }

  void put(std::int64_t x, std::int64_t y, std::size_t color) {
    std::copy_n(h_.palette[color].begin(), 3, row(y) + 3 * x);
  }

  void read_rows() {
    const std::size_t row_bytes = h_.row_bytes();
    in_.span(h_.data_at, row_bytes * static_cast<std::size_t>(h_.height));
    for (std::int64_t y = 0; y < h_.height; ++y) {
      const std::uint8_t* from =
          in_.span(h_.data_at + static_cast<std::size_t>(y) * row_bytes, row_bytes);
      if (h_.bits <= 8)
        read_colors(from, y);
      else if (h_.bits == 24)
        for (std::int64_t x = 0; x < h_.width; ++x)
          std::reverse_copy(from + 3 * x, from + 3 * x + 3, row(y) + 3 * x);
      else
        read_masked(from, row(y));
    }
    if (samples_.channels == 4) make_opaque_if_all_is_transparent();
  }

  void read_colors(const std::uint8_t* from, std::int64_t y) {
    const std::int64_t in_byte = 8 / h_.bits;
    for (std::int64_t x = 0; x < h_.width; ++x) {
      const auto shift = static_cast<std::uint32_t>(in_byte - 1 - x % in_byte) * h_.bits;
      put(x, y, (from[x / in_byte] >> shift) & ((1u << h_.bits) - 1));
    }
  }

  void read_masked(const std::uint8_t* from, std::uint8_t* to) const {
    const std::size_t bytes = h_.bits / 8, channels = static_cast<std::size_t>(samples_.channels);
    for (std::int64_t x = 0; x < h_.width; ++x, from += bytes, to += channels) {
      std::uint32_t pixel = 0;
      for (std::size_t i = bytes; i-- > 0;) pixel = pixel << 8 | from[i];
      for (std::size_t c = 0; c < channels; ++c) to[c] = h_.masks[c].of(pixel);
    }
  }

  /// Some programs write an alpha mask and leave all its bits 0.
  void make_opaque_if_all_is_transparent() {
    auto* bytes = reinterpret_cast<std::uint8_t*>(samples_.bytes.get());
    const std::size_t end = samples_.row_bytes() * static_cast<std::size_t>(h_.height);
    for (std::size_t i = 3; i < end; i += 4)
      if (bytes[i] != 0) return;
    for (std::size_t i = 3; i < end; i += 4) bytes[i] = 255;
  }

  void read_runs() {
    std::memset(samples_.bytes.get(), 255,
                samples_.row_bytes() * static_cast<std::size_t>(h_.height));
    const bool nibbles = h_.compression == kRle4;
    std::int64_t x = 0, y = 0;
    std::size_t at = h_.data_at;
    const auto color = [&](const std::uint8_t* bytes, std::int64_t i) -> std::size_t {
      if (!nibbles) return bytes[i];
      return i % 2 == 0 ? bytes[i / 2] >> 4 : bytes[i / 2] & 15;
    };
    while (y < h_.height) {
      // The mark of the end may be missing.
      if (at >= in_.size() && y == h_.height - 1 && x >= h_.width) return;
      const std::uint8_t* code = in_.span(at, 2);
      at += 2;
      std::int64_t pixels = 0;
      if (code[0] > 0) {
        pixels = code[0];
        for (std::int64_t i = 0; i < pixels && x + i < h_.width; ++i)
          put(x + i, y, color(code + 1, nibbles ? i % 2 : 0));
      } else if (code[1] == 0) {
        x = 0, ++y;
      } else if (code[1] == 1) {
        return;
      } else if (code[1] == 2) {
        const std::uint8_t* step = in_.span(at, 2);
        x += step[0], y += step[1];
        at += 2;
      } else {
        pixels = code[1];
        const auto bytes = static_cast<std::size_t>(nibbles ? (pixels + 1) / 2 : pixels);
        const std::uint8_t* colors = in_.span(at, bytes);
        for (std::int64_t i = 0; i < pixels && x + i < h_.width; ++i)
          put(x + i, y, color(colors, i));
        at += bytes + bytes % 2;
      }
      x += pixels;
    }
  }

  const Input& in_;
  const Header& h_;
  Samples samples_;
};

}  // namespace

Picture decode_bmp(Bytes file, const std::string& prefix) {
  const Input in(file, prefix);
  const Header header = read_bmp_header(in);
  return Picture(BmpReader(in, header).read());
}

}  // namespace odin::native
