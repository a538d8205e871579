#pragma once

#include <string_view>

namespace odin::nn {

struct JsonLimits {
  int values = 1'000'000, characters = 32'000'000;
};
/// Of the header and the metadata of a safetensors file, which are parsed several times.
inline constexpr JsonLimits kHeaderLimits{500'000, 8'000'000};

/// Throws if JSON text from outside is nested more than 100 deep or has more values or characters
/// (white space aside) than the limits, without parsing it. To be called before the text
/// is parsed: the parsed values take up to a hundred times the memory of their text, and functions
/// that walk them call themselves for every level. Other faults of the text are left to the parser.
void check_json_limits(std::string_view text, const JsonLimits& limits = {});

}  // namespace odin::nn
