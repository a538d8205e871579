#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace odin::native {

/// Reads the scores of a text file (system/text_file.h) or a pipe: a number a line, "inf" and
/// "-inf" among them, or a column of a table, whose first line may have names. `column` is the
/// column's name or its number from 1; empty: the only column, or the one that is named "score".
/// Blank lines are left out. Throws Error, naming the file and the line, if a score is no number or
/// NaN, if there is none, or if it is not clear which column is meant.
std::vector<double> read_scores(const std::filesystem::path& path, const std::string& column = "");

}  // namespace odin::native
