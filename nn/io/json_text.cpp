#include "odin/nn/io/json_text.h"

#include <string>
#include <utility>
#include <vector>

namespace odin::nn {
namespace {

using nlohmann::json;

/// Makes a value of the events.
class JsonBuilder final : public json::json_sax_t {
 public:
  json take() { return std::move(root_); }

  bool null() override { return put(nullptr); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(json::number_integer_t value) override { return put(value); }
  bool number_unsigned(json::number_unsigned_t value) override { return put(value); }
  bool number_float(json::number_float_t value, const std::string&) override { return put(value); }
  bool string(std::string& value) override { return put(std::move(value)); }
  bool binary(json::binary_t&) override { return false; }  // text has none
  bool start_object(std::size_t) override { return open(json::object()); }
  bool start_array(std::size_t) override { return open(json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(std::string& name) override {
    member_ = &(*open_.back())[name];
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const json::exception& error) override {
#ifndef __EMSCRIPTEN__
    if (const auto* syntax = dynamic_cast<const json::parse_error*>(&error)) throw *syntax;
#endif
    throw json::exception(error);
  }

 private:
  bool put(json value) {
    place() = std::move(value);
    return true;
  }
  bool open(json value) {
    json& here = place();
    here = std::move(value);
    open_.push_back(&here);
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }
  /// Where the next value belongs.
  json& place() {
    if (open_.empty()) return root_;
    return open_.back()->is_array() ? open_.back()->emplace_back() : *member_;
  }

  json root_;
  std::vector<json*> open_;  ///< arrays and objects whose ends have not come, the innermost last
  json* member_ = nullptr;   ///< of the object, after its key
};

}  // namespace

void read_json(std::string_view text, json::json_sax_t& events) { json::sax_parse(text, &events); }

json parse_json(std::string_view text) {
  JsonBuilder builder;
  read_json(text, builder);
  return builder.take();
}

}  // namespace odin::nn
