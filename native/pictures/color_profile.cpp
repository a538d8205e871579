#include <algorithm>
#include <cctype>

#include "odin/native/pictures/formats.h"
#include "odin/nn/io/quote.h"

namespace odin::native {
namespace {

std::uint32_t word(Bytes bytes, std::size_t at) {
  if (at > bytes.size() || bytes.size() - at < 4) return 0;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
  return value;
}

constexpr std::uint32_t signature(const char (&name)[5]) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(name[i]);
  return value;
}

/// The ASCII characters among `size` bytes at `at`.
std::string ascii(Bytes bytes, std::size_t at, std::size_t size) {
  constexpr std::size_t kMost = 128;
  std::string text;
  if (at > bytes.size()) return text;
  for (const std::byte byte : bytes.subspan(at, std::min({size, kMost, bytes.size() - at}))) {
    const char c = static_cast<char>(byte);
    if (c >= ' ' && c < 0x7f) text += c;
  }
  return text;
}

/// The text of a profile's description (ICC.1:2022, 10.15; ICC.1:2001, 6.5.17).
std::string description(Bytes icc) {
  constexpr std::size_t kHeader = 128, kTag = 12;
  const std::size_t tags = std::min<std::size_t>(word(icc, kHeader), 256);
  for (std::size_t i = 0; i < tags; ++i) {
    const std::size_t tag = kHeader + 4 + i * kTag;
    if (word(icc, tag) != signature("desc")) continue;
    const std::size_t at = word(icc, tag + 4);
    if (word(icc, at) == signature("desc")) return ascii(icc, at + 12, word(icc, at + 8));
    if (word(icc, at) == signature("mluc"))  // UTF-16
      return ascii(icc, at + word(icc, at + 24), word(icc, at + 20));
  }
  return "";
}

}  // namespace

std::string color_profile_note(Bytes icc) {
  if (icc.empty()) return "";
  const std::string name = description(icc);
  std::string lower = name;
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (lower.find("srgb") != lower.npos) return "";
  return "color profile " + (name.empty() ? "" : nn::quote(name) + " ") + "ignored";
}

}  // namespace odin::native
