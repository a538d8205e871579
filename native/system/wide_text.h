#pragma once

#include <string>

namespace odin::native {

/// UTF-8 as Windows has names of files, UTF-16, and back. On Windows alone.
std::wstring wide(const std::string& text);
std::string narrow(const std::wstring& text);

}  // namespace odin::native
