#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace odin::native {

/// Reads the names of classes from a text file (system/text_file.h): one a line, blank lines left
/// out. Throws Error, beginning with `operation` and the path, if there is none, if a name is not
/// UTF-8, or if it is there twice.
std::vector<std::string> read_class_list(const std::filesystem::path& path,
                                         std::string_view operation);

}  // namespace odin::native
