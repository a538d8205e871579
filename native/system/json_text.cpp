#include "odin/native/system/json_text.h"

#include <nlohmann/json.hpp>

#include "odin/nn/io/json_limits.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

template <class Json>
std::string to_text(const Json& value, BadText bad, int indent) {
  const auto handler =
      bad == BadText::refuse ? Json::error_handler_t::strict : Json::error_handler_t::replace;
  return value.dump(indent, ' ', false, handler);
}

}  // namespace

nlohmann::json parse_json(std::string_view text) {
  nn::check_json_limits(text);
  return nlohmann::json::parse(text);
}

nlohmann::json parse_json_if_valid(std::string_view text) {
  try {
    nn::check_json_limits(text);
  } catch (const Error&) {
    return nlohmann::json::value_t::discarded;
  }
  return nlohmann::json::parse(text, nullptr, false);
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

std::string json_number(double value) { return json_text(nlohmann::json(value)); }

}  // namespace odin::native
