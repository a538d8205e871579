#pragma once

#include <string>
#include <vector>

namespace odin::native {

/// Lines as one text, to be gathered from ranks, and back. Line feeds inside a line become spaces.
std::string joined_lines(const std::vector<std::string>& lines);
std::vector<std::string> split_lines(const std::string& text);

}  // namespace odin::native
