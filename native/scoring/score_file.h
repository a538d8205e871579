#pragma once

#include <filesystem>
#include <vector>

namespace odin::native {

/// Reads the numbers of a text file with one number on each line. Throws Error, naming the file and
/// the line, if a line is not a finite number or the file has no lines.
std::vector<double> read_scores(const std::filesystem::path& path);

}  // namespace odin::native
