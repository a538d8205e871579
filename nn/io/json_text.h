#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace odin::nn {

/// Tells `events` of the JSON in `text`, as nlohmann::json::sax_parse does.
void read_json(std::string_view text, nlohmann::json::json_sax_t& events);

/// nlohmann::json::parse(text), except that what it throws is of the type nlohmann::json::exception
/// where it is no parse_error, or this is a web page's module. All of odin parses JSON by these two
/// functions: a program then has the parser once, where json::parse brings it twice and any class of
/// events once more.
nlohmann::json parse_json(std::string_view text);

}  // namespace odin::nn
