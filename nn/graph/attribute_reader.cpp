#include "odin/nn/graph/attribute_reader.h"

#include <cmath>

#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::nn::graph {
namespace {

/// Far beyond any picture, and small enough that sums and products of two fit int64.
constexpr std::int64_t kMostPixels = 1 << 20;

double as_number(const Attribute& attribute, const char* name) {
  if (const auto* whole = std::get_if<std::int64_t>(&attribute)) return static_cast<double>(*whole);
  const auto* value = std::get_if<double>(&attribute);
  require(value && std::isfinite(*value), "attribute '", name, "' is not a number");
  return *value;
}

std::int64_t checked_pixels(std::int64_t value, std::int64_t least, const char* name) {
  require(value >= least && value <= kMostPixels, "attribute '", name, "': expected ", least,
          " to ", kMostPixels, " pixels, got ", value);
  return value;
}

}  // namespace

const Attribute* AttributeReader::find(const char* name) {
  const auto found = node_.attributes.find(name);
  if (found == node_.attributes.end()) return nullptr;
  read_.insert(name);
  return &found->second;
}

const Attribute& AttributeReader::get(const char* name) {
  const Attribute* found = find(name);
  if (!found) fail("it has no attribute '", name, "'");
  return *found;
}

bool AttributeReader::flag(const char* name, bool otherwise) {
  const Attribute* found = find(name);
  if (!found) return otherwise;
  const bool* value = std::get_if<bool>(found);
  require(value, "attribute '", name, "' is not true or false");
  return *value;
}

double AttributeReader::number(const char* name, std::optional<double> otherwise) {
  if (otherwise && !node_.attributes.contains(name)) return *otherwise;
  return as_number(get(name), name);
}

std::optional<double> AttributeReader::optional_number(const char* name) {
  const Attribute* found = find(name);
  if (!found) return std::nullopt;
  return as_number(*found, name);
}

std::int64_t AttributeReader::integer(const char* name, std::optional<std::int64_t> otherwise) {
  if (otherwise && !node_.attributes.contains(name)) return *otherwise;
  const auto* value = std::get_if<std::int64_t>(&get(name));
  require(value, "attribute '", name, "' is not a whole number");
  return *value;
}

std::string AttributeReader::choice(const char* name, std::initializer_list<const char*> allowed) {
  const Attribute* found = find(name);
  if (!found) return *allowed.begin();
  const auto* value = std::get_if<std::string>(found);
  std::string all;
  for (const char* word : allowed) {
    if (value && *value == word) return *value;
    all += (all.empty() ? "" : ", ") + std::string(word);
  }
  fail("attribute '", name, "': expected one of ", all, ", got ",
       value ? quote(*value) : "something else");
}

std::vector<Extent> AttributeReader::extents(const char* name) {
  const auto* list = std::get_if<std::vector<Extent>>(&get(name));
  require(list, "attribute '", name, "' is not a list");
  return *list;
}

std::vector<std::int64_t> AttributeReader::integers(const char* name) {
  std::vector<std::int64_t> values;
  for (const Extent& extent : extents(name)) {
    require(extent.is_number(), "attribute '", name, "': expected whole numbers, got ",
            to_string(extent));
    values.push_back(extent.count);
  }
  return values;
}

tensor::Dims AttributeReader::dims(const char* name) {
  const std::vector<std::int64_t> values = integers(name);
  require(values.size() <= tensor::Dims::kMaxRank, "attribute '", name, "' has ", values.size(),
          " numbers, at most ", tensor::Dims::kMaxRank, " are allowed");
  return tensor::Dims(std::span(values));
}

tensor::Size2d AttributeReader::size(const char* name, std::optional<std::int64_t> otherwise) {
  if (otherwise && !node_.attributes.contains(name)) return *otherwise;
  const std::vector<std::int64_t> v = integers(name);
  require(v.size() == 2, "attribute '", name, "': expected 2 numbers, got ", v.size());
  return {checked_pixels(v[0], 1, name), checked_pixels(v[1], 1, name)};
}

tensor::Padding2d AttributeReader::padding(const char* name) {
  if (!node_.attributes.contains(name)) return 0;
  const std::vector<std::int64_t> v = integers(name);
  require(v.size() == 4, "attribute '", name, "': expected 4 numbers, got ", v.size());
  for (const std::int64_t side : v) checked_pixels(side, 0, name);
  return {v[0], v[1], v[2], v[3]};
}

void AttributeReader::done() const {
  for (const auto& [name, value] : node_.attributes)
    require(read_.contains(name), "it has an attribute ", quote(name),
            ", which this operation does not have");
}

}  // namespace odin::nn::graph
