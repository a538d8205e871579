#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace odin::native {

// JSON from and to text. The library's parser and serializer take seconds to compile in every
// source file that calls them, so only json_text.cpp does.

/// Throws nlohmann::json::parse_error, or Error for text beyond nn::check_json_limits().
nlohmann::json parse_json(std::string_view text);

/// Returns a value for which is_discarded() is true if the text is not JSON or beyond these limits.
nlohmann::json parse_json_if_valid(std::string_view text);

/// Throws Error, in one line that begins with `name`, if the text is not JSON or beyond these limits.
nlohmann::json parse_json_file(std::string_view text, const std::string& name);

/// How to handle text that is not UTF-8, which JSON must be.
enum class BadText {
  refuse,  ///< nlohmann::json::type_error is thrown
  replace  ///< bytes that are not UTF-8 become U+FFFD
};

/// On one line, or with an indent on several lines. Characters that could drive a terminal
/// (nn::printable) are written as \u escapes, which mean the same.
std::string json_text(const nlohmann::json& value, BadText bad = BadText::refuse, int indent = -1);
std::string json_text(const nlohmann::ordered_json& value, BadText bad = BadText::refuse,
                      int indent = -1);

/// A JSON string with quotation marks; bytes that are not UTF-8 are replaced.
std::string json_quoted(const std::string& text);

/// The bytes of a text as hexadecimal digits.
std::string hex_digits(const std::string& bytes);

/// Sets object[key] to a text that may be the name of a file. Such names are bytes, and JSON has
/// UTF-8 alone: if these are not UTF-8, object[key + "_hex"] has them as hexadecimal digits, and
/// object[key] is as readable as it gets.
void put_name(nlohmann::ordered_json& object, const std::string& key, const std::string& name);

/// A JSON number with as many digits as are needed to read back the same value.
std::string json_number(double value);

}  // namespace odin::native
