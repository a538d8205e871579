#pragma once

#include <string>
#include <string_view>

namespace odin::nn {

/// 'text' for an error message, whatever a file has put into it: control characters become '?' and
/// long text is cut short, so that a message stays one readable line.
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
