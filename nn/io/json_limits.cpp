#include "odin/nn/io/json_limits.h"

#include "odin/tensor/error.h"

namespace odin::nn {

void check_json_limits(std::string_view text, const JsonLimits& limits) {
  constexpr int kMostLevels = 100;
  int depth = 0, values = 1, characters = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '"') in_string = false;
      if (c == '\\') ++i;  // the next character is escaped
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      require(++depth <= kMostLevels, "it is nested more than ", kMostLevels, " levels deep");
      ++values;
    } else if (c == ']' || c == '}') {
      --depth;
    } else if (c == ',') {
      ++values;
    } else if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
      continue;
    }
    require(values <= limits.values, "it has more than ", limits.values, " values");
    require(++characters <= limits.characters, "it has more than ", limits.characters,
            " characters");
  }
}

}  // namespace odin::nn
