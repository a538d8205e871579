#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace odin::nn {

bool is_utf8(std::string_view text);

/// The gate that text out of files (file names, class names, metadata) passes before it reaches a
/// terminal or a log: one line of valid UTF-8 that cannot move the cursor, change colors or turn
/// the direction of what follows. Each control character (C0, C1, delete), each byte that is not
/// UTF-8, each character that turns the direction of writing or ends a line, and each that has no
/// width becomes '?'. Everything else stays as it is.
std::string printable(std::string_view text);

/// 'text' in quotes, for error messages: printable(), and long text is truncated, so that the
/// message stays one readable line.
std::string quote(std::string_view text);

/// "'a', 'b', ... (12 in all)": the first `most` of the names, each in quotes.
std::string quote_some(const std::vector<std::string>& names, std::size_t most);

}  // namespace odin::nn
