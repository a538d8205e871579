#pragma once

#include <string>

namespace odin::native {

/// Whether the text is valid UTF-8. File names need not be; JSON must be.
bool is_utf8(const std::string& text);

}  // namespace odin::native
