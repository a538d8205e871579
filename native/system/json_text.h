#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace odin::native {

// JSON from and to text. The library's parser and serializer take seconds to compile in every source
// file that calls them, so json_text.cpp alone does.

/// Throws nlohmann::json::parse_error.
nlohmann::json parse_json(std::string_view text);

/// What is_discarded() where the text is not JSON.
nlohmann::json parse_json_if_valid(std::string_view text);

/// What happens to text that is not UTF-8, as JSON has to be.
enum class BadText {
  refuse,  ///< nlohmann::json::type_error is thrown
  replace  ///< bytes that are not UTF-8 become U+FFFD
};

/// On one line, or with an indent on many.
std::string json_text(const nlohmann::json& value, BadText bad = BadText::refuse, int indent = -1);
std::string json_text(const nlohmann::ordered_json& value, BadText bad = BadText::refuse,
                      int indent = -1);

/// A text as JSON has it, with quotation marks; what is not UTF-8 is replaced.
std::string json_quoted(const std::string& text);

/// As JSON has it, with as many digits as tell it from its neighbors.
std::string json_number(double value);

}  // namespace odin::native
