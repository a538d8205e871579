#include "odin/native/system/json_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "odin/native/system/utf8.h"
#include "odin/nn/io/json_limits.h"
#include "odin/nn/io/json_text.h"
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

}  // namespace

nlohmann::json parse_json(std::string_view text) {
  nn::check_json_limits(text);
  return nn::parse_json(text);
}

nlohmann::json parse_json_if_valid(std::string_view text) {
  try {
    return parse_json(text);
  } catch (const Error&) {
  } catch (const nlohmann::json::exception&) {
  }
  return nlohmann::json::value_t::discarded;
}

nlohmann::json parse_json_file(std::string_view text, const std::string& name) {
  try {
    return parse_json(text);
  } catch (const Error& e) {
    fail(name, ": not usable JSON: ", e.what());
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
