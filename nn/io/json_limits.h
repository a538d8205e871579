#pragma once

#include <string_view>

namespace odin::nn {

/// Throws if JSON text from outside is nested more than 100 deep or has more than a million values
/// or 32 million characters (white space aside), without parsing it. To be called before the text
/// is parsed: the parsed values take up to a hundred times the memory of their text, and functions
/// that walk them call themselves for every level. Other faults of the text are left to the parser.
void check_json_limits(std::string_view text);

}  // namespace odin::nn
