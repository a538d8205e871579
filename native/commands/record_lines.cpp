#include "odin/native/commands/record_lines.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "odin/native/system/json_text.h"

namespace odin::native {
namespace {

using nlohmann::json;

std::string value_text(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", value.get<double>());
    return text;
  }
  if (!value.is_array()) return json_text(value, BadText::replace);
  std::string text;
  for (const json& element : value) text += (text.empty() ? "" : " ") + value_text(element);
  return text;
}

bool has_records(const json& value) {
  return value.is_object() ||
         (value.is_array() && std::any_of(value.begin(), value.end(), has_records));
}

class Lines {
 public:
  explicit Lines(std::size_t width) : width_(width) {}

  void add(const json& record, std::size_t indent) {
    const std::string margin(indent, ' ');
    std::string line;
    for (const auto& [key, value] : record.items()) {
      if (has_records(value)) continue;
      const std::string entry = key + ": " + value_text(value);
      const bool fits = indent + line.size() + entry.size() + 3 <= width_;  // and ", " and ","
      if (!line.empty() && !fits) lines.push_back(margin + line + ",");
      line = line.empty() || !fits ? entry : line + ", " + entry;
    }
    if (!line.empty()) lines.push_back(margin + line);
    for (const auto& [key, value] : record.items())
      if (has_records(value)) add_below(margin + key, value, indent + 2);
  }

  std::vector<std::string> lines;

 private:
  void add_below(const std::string& heading, const json& value, std::size_t indent) {
    if (value.is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i)
        add_below(heading + " " + std::to_string(i + 1), value[i], indent);
    } else if (!value.is_object()) {
      lines.push_back(heading + ": " + value_text(value));
    } else if (std::find(seen_.begin(), seen_.end(), value) != seen_.end()) {
      lines.push_back(heading + ": as above");
    } else {
      seen_.push_back(value);
      lines.push_back(heading + ":");
      add(value, indent);
    }
  }

  std::size_t width_;
  std::vector<json> seen_;
};

}  // namespace

std::vector<std::string> record_lines(const json& record, std::size_t width) {
  if (!record.is_object()) return {value_text(record)};
  Lines all(width);
  all.add(record, 0);
  return std::move(all.lines);
}

}  // namespace odin::native
