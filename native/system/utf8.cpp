#include "odin/native/system/utf8.h"

#include "odin/nn/io/quote.h"

namespace odin::native {

bool is_utf8(const std::string& text) { return nn::is_utf8(text); }

bool has_control_characters(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto code = static_cast<unsigned char>(text[i]);
    const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
    if (code < 0x20 || code == 0x7f || (code == 0xc2 && next >= 0x80 && next < 0xa0)) return true;
  }
  return false;
}

}  // namespace odin::native
