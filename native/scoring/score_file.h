#pragma once

#include <filesystem>
#include <vector>

namespace odin::native {

/// The numbers of a text file, one a line. Throws Error, which names the file and the line, when a
/// line is something else, empty or not finite, and when there is none.
std::vector<double> read_scores(const std::filesystem::path& path);

}  // namespace odin::native
