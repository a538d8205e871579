#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace odin::native {

// Text files as people's programs leave them: lists of classes, scores, CSV.

/// Reads a file, a pipe or standard input (nn::read_file) as UTF-8 text: without a byte order mark,
/// and with line feeds alone at the ends of lines, whatever they were; UTF-16 with a byte order
/// mark is converted. Throws, beginning with `operation` and the path, if it cannot be read or has
/// more than `most` bytes. Bytes that are not UTF-8 stay as they are.
std::string read_text_file(const std::filesystem::path& path, std::string_view operation,
                           std::size_t most = std::size_t{1} << 30);

/// The same for text that has been read.
std::string plain_text(std::string_view bytes);

struct TextLine {
  std::size_t number;     ///< from 1, blank lines counted
  std::string_view text;  ///< without spaces at both ends
};
/// The lines that are not blank. They point into `text`.
std::vector<TextLine> filled_lines(std::string_view text);

/// What separates the columns of a table, from one of its lines: the first that occurs of tab,
/// semicolon and comma; otherwise a space.
char separator_of(std::string_view line);

/// The cells of a line of a table, without blanks and quotation marks around them. Any number of
/// spaces counts as one separator.
std::vector<std::string> table_cells(std::string_view line, char separator);

/// Without blanks at both ends.
std::string_view trimmed(std::string_view text);

}  // namespace odin::native
