#include "odin/nn/io/preprocess.h"

#include <nlohmann/json.hpp>

#include "odin/nn/io/json_limits.h"
#include "odin/nn/io/json_text.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::nn {
namespace {

using nlohmann::json;
using Mode = Preprocess::Mode;
using Filter = Preprocess::Filter;

/// Enough for what is squeezed into kMostPixelsASide after a small crop.
constexpr std::int64_t kLargestShorter = 4 * kMostPixelsASide;

std::string text_of(const json& object, const char* member) {
  const json& value = object.at(member);
  require(value.is_string(), "expected ", member, " as text, got ", value.type_name());
  return value.get<std::string>();
}

std::int64_t number_of(const json& object, const char* member) {
  require(object.contains(member), "no ", member);
  const json& value = object.at(member);
  require(value.is_number_integer(), "expected ", member, " as a whole number, got ",
          value.type_name());
  return value.get<std::int64_t>();
}

Mode mode_of(const json& object) {
  require(object.contains("mode"), "no mode");
  const std::string mode = text_of(object, "mode");
  if (mode == "squeeze") return Mode::squeeze;
  if (mode == "crop") return Mode::crop;
  if (mode == "none") return Mode::none;
  fail("expected mode squeeze, crop or none, got ", quote(mode));
}

Filter filter_of(const json& object) {
  const std::string filter = text_of(object, "filter");
  if (filter == "triangle") return Filter::triangle;
  if (filter == "bicubic") return Filter::bicubic;
  fail("expected filter triangle or bicubic, got ", quote(filter));
}

const char* name_of(Filter filter) { return filter == Filter::triangle ? "triangle" : "bicubic"; }

}  // namespace

Preprocess default_preprocess(const InputSize& input) {
  return {.mode = input.any() ? Mode::none : Mode::squeeze};
}

void check(const Preprocess& p, const InputSize& input) {
  require((p.mode == Mode::none) == input.any(),
          input.any() ? "preprocess: a network of any size takes pictures as they are (none)"
                      : "preprocess: none is for networks of any size");
  if (p.mode == Mode::crop) {
    const std::int64_t least = std::max(input.height, input.width);
    require(p.shorter >= least && p.shorter <= kLargestShorter,
            "preprocess: expected a shorter side of ", least, " (the input's longer one) to ",
            kLargestShorter, " pixels, got ", p.shorter);
  }
  require(p.longest >= 1 && p.longest <= kMostPixelsASide,
          "preprocess: expected a longest side of 1 to ", kMostPixelsASide, " pixels, got ",
          p.longest);
}

Preprocess parse_preprocess(const std::string& text) {
  try {
    check_json_limits(text);
    const json object = parse_json(text);
    require(object.is_object(), "expected an object, got ", object.type_name());
    Preprocess p{.mode = mode_of(object)};
    for (const auto& [member, value] : object.items()) {
      const bool known = member == "mode" || member == "filter" ||
                         (member == "shorter" && p.mode == Mode::crop) ||
                         (member == "longest" && p.mode == Mode::none);
      require(known, "unknown member ", quote(member));
    }
    if (object.contains("filter")) p.filter = filter_of(object);
    if (p.mode == Mode::crop) p.shorter = number_of(object, "shorter");
    if (p.mode == Mode::none && object.contains("longest"))
      p.longest = number_of(object, "longest");
    return p;
  } catch (const json::exception&) {
    fail("expected JSON, got ", quote(text));
  }
}

std::string to_json_text(const Preprocess& p) {
  json object{{"filter", name_of(p.filter)}};
  switch (p.mode) {
    case Mode::squeeze: object["mode"] = "squeeze"; break;
    case Mode::crop:
      object["mode"] = "crop";
      object["shorter"] = p.shorter;
      break;
    case Mode::none:
      object["mode"] = "none";
      object["longest"] = p.longest;
      break;
  }
  return object.dump();
}

std::string size_in_words(const InputSize& input) {
  if (input.any()) return "any size";
  return std::to_string(input.width) + "x" + std::to_string(input.height);
}

std::string in_words(const Preprocess& p, const InputSize& input) {
  const std::string filter = " (" + std::string(name_of(p.filter)) + " filter)";
  switch (p.mode) {
    case Mode::squeeze: return "squeezed to " + size_in_words(input) + filter;
    case Mode::crop:
      return "shorter side to " + std::to_string(p.shorter) + filter + ", then the middle " +
             size_in_words(input);
    case Mode::none:
      return "as they are, up to " + std::to_string(p.longest) + " pixels a side" + filter;
  }
  fail("preprocess: unknown mode ", static_cast<int>(p.mode));
}

}  // namespace odin::nn
