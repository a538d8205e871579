#include "odin/nn/io/quote.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace odin::nn {
namespace {

struct Character {
  std::uint32_t code;
  std::size_t bytes;  ///< 0: not valid UTF-8
};

/// The first character of a text that is not empty.
Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || bytes > text.size()) return {0, 0};
  std::uint32_t code = lead & (0x7fU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {0, 0};
    code = code << 6 | (byte(i) & 0x3fU);
  }
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < kLeast[bytes] || code > 0x10ffff || surrogate) return {0, 0};
  return {code, bytes};
}

bool between(std::uint32_t code, std::uint32_t first, std::uint32_t last) {
  return code >= first && code <= last;
}

bool is_harmless(std::uint32_t code) {
  const bool control = code < 0x20 || between(code, 0x7f, 0x9f);
  const bool direction = code == 0x061c || between(code, 0x200e, 0x200f) ||
                         between(code, 0x202a, 0x202e) || between(code, 0x2066, 0x206f);
  const bool line_end = between(code, 0x2028, 0x2029);
  const bool no_width = code == 0x00ad || code == 0x200b || between(code, 0x2060, 0x2064) ||
                        code == 0xfeff || between(code, 0xfff9, 0xfffb) ||
                        between(code, 0xe0000, 0xe007f);
  return !(control || direction || line_end || no_width);
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t bytes = first_character(text).bytes;
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Character c = first_character(text);
    if (c.bytes > 0 && is_harmless(c.code))
      out += text.substr(0, c.bytes);
    else
      out += '?';
    text.remove_prefix(c.bytes > 0 ? c.bytes : 1);
  }
  return out;
}

std::string quote(std::string_view text) {
  constexpr std::size_t kMaxLength = 200;
  if (text.size() <= kMaxLength) return "'" + printable(text) + "'";
  std::size_t end = kMaxLength;  // not inside of a character
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return "'" + printable(text.substr(0, end > 0 ? end : kMaxLength)) + "...'";
}

std::string quote_some(const std::vector<std::string>& names, std::size_t most) {
  std::string text;
  for (std::size_t i = 0; i < std::min(most, names.size()); ++i)
    text += (i ? ", " : "") + quote(names[i]);
  return names.size() <= most ? text : text + ", ... (" + std::to_string(names.size()) + " in all)";
}

}  // namespace odin::nn
