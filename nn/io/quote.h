#pragma once

#include <string>
#include <string_view>

namespace odin::nn {

/// 'text' in quotes, for error messages about untrusted text: control characters become '?' and
/// long text is truncated, so that the message stays one readable line.
inline std::string quote(std::string_view text) {
  constexpr std::size_t kMaxLength = 200;
  std::string out = "'";
  for (char c : text.substr(0, kMaxLength)) {
    const auto code = static_cast<unsigned char>(c);
    out += code < 0x20 || code == 0x7f ? '?' : c;
  }
  out += text.size() > kMaxLength ? "...'" : "'";
  return out;
}

}  // namespace odin::nn
