#pragma once

#include <string>

namespace odin::native {

/// Whether the text is valid UTF-8, which names of files need not be and JSON must.
bool is_utf8(const std::string& text);

}  // namespace odin::native
