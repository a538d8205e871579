#pragma once

#include <string>

namespace odin::native {

/// Whether the text is valid UTF-8. File names need not be; JSON must be.
bool is_utf8(const std::string& text);

/// Whether the text has a control character, such as a line break: C0, DEL or C1 in UTF-8.
bool has_control_characters(const std::string& text);

}  // namespace odin::native
