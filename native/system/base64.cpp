#include "odin/native/system/base64.h"

#include <cstdint>
#include <string_view>

namespace odin::native {

std::string base64(std::span<const std::byte> bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  // Three bytes are four digits of six bits; the last ones may be fewer.
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t here = bytes.size() - i < 3 ? bytes.size() - i : 3;
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j)
      bits = bits << 8 | (j < here ? std::to_integer<std::uint32_t>(bytes[i + j]) : 0);
    for (std::size_t digit = 0; digit < 4; ++digit)
      text += digit <= here ? kDigits[bits >> (18 - 6 * digit) & 63] : '=';
  }
  return text;
}

}  // namespace odin::native
