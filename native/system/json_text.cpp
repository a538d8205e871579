#include "odin/native/system/json_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "odin/native/system/utf8.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

template <class Json>
std::string to_text(const Json& value, BadText bad, int indent) {
  const auto handler =
      bad == BadText::refuse ? Json::error_handler_t::strict : Json::error_handler_t::replace;
  const std::string text = value.dump(indent, ' ', false, handler);
  std::string one_line = text;
  std::replace(one_line.begin(), one_line.end(), '\n', ' ');
  return nn::printable(one_line) == one_line ? text : value.dump(indent, ' ', true, handler);
}

/// What a text has too much of, or nothing. Strings aside, values are counted by their commas and
/// brackets, before any memory is taken for them.
std::string excess_of(std::string_view text) {
  std::size_t depth = 0, deepest = 0, values = 1;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      deepest = std::max(deepest, ++depth);
      ++values;
    } else if (c == ']' || c == '}') {
      if (depth > 0) --depth;
    } else if (c == ',') {
      ++values;
    }
  }
  if (deepest > kDeepestJson)
    return "nested " + std::to_string(deepest) + " deep, expected at most " +
           std::to_string(kDeepestJson);
  if (values > kMostJsonValues)
    return "of more than " + std::to_string(kMostJsonValues) + " values";
  return "";
}

}  // namespace

nlohmann::json parse_json(std::string_view text) {
  const std::string excess = excess_of(text);
  require(excess.empty(), "JSON ", excess);
  return nlohmann::json::parse(text);
}

nlohmann::json parse_json_if_valid(std::string_view text) {
  if (!excess_of(text).empty()) return nlohmann::json(nlohmann::json::value_t::discarded);
  return nlohmann::json::parse(text, nullptr, false);
}

nlohmann::json parse_json_file(std::string_view text, const std::string& name) {
  const std::string excess = excess_of(text);
  require(excess.empty(), name, ": JSON ", excess);
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& e) {
    fail(name, ": not JSON (byte ", e.byte, ")");
  } catch (const nlohmann::json::exception&) {
    fail(name, ": has a number that is too large");
  }
}

std::string json_text(const nlohmann::json& value, BadText bad, int indent) {
  return to_text(value, bad, indent);
}

std::string json_text(const nlohmann::ordered_json& value, BadText bad, int indent) {
  return to_text(value, bad, indent);
}

std::string json_quoted(const std::string& text) {
  return json_text(nlohmann::json(text), BadText::replace);
}

std::string hex_digits(const std::string& bytes) {
  std::string digits;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    digits += "0123456789abcdef"[byte >> 4];
    digits += "0123456789abcdef"[byte & 15];
  }
  return digits;
}

void put_name(nlohmann::ordered_json& object, const std::string& key, const std::string& name) {
  object[key] = name;
  if (!is_utf8(name)) object[key + "_hex"] = hex_digits(name);
}

std::string json_number(double value) { return json_text(nlohmann::json(value)); }

}  // namespace odin::native
