#include "odin/nn/onnx/call.h"

#include <cmath>

namespace odin::nn::onnx {

const Value& Call::in(std::size_t i) const {
  require(has(i), "input number ", i + 1, " is missing");
  return *inputs_[i];
}

std::vector<Value> Call::all_inputs() const {
  std::vector<Value> all;
  for (std::size_t i = 0; i < inputs_.size(); ++i) all.push_back(in(i));
  require(!all.empty(), "it has no inputs");
  return all;
}

std::vector<std::int64_t> Call::integers_in(std::size_t i) const {
  const Value& value = in(i);
  require(value.is_known(), "input number ", i + 1, " depends on the images, expected constants");
  const auto list = to_integers(value.known[0]);
  require(value.is_fixed() || list == to_integers(value.known[1]), "input number ", i + 1,
          " depends on the number of images, expected constants");
  return list;
}

double Call::number_in(std::size_t i) const {
  const Value& value = in(i);
  require(value.is_fixed() && numel(value.shape[0]) == 1, "expected one constant as input number ",
          i + 1, ", got ", value.shape[0]);
  return value.known[0].item();
}

Sizes Call::sizes_in(std::size_t i) const {
  require(in(i).is_known(), "its sizes depend on the images");
  return {to_integers(in(i).known[0]), to_integers(in(i).known[1])};
}

const Attribute* Call::attribute(const char* name) const {
  for (const Attribute& attribute : node_.attributes)
    if (attribute.name == name) return &attribute;
  return nullptr;
}

std::int64_t Call::integer(const char* name, std::optional<std::int64_t> otherwise) const {
  const Attribute* found = attribute(name);
  if (!found && otherwise) return *otherwise;
  require(found && found->integer, "expected a whole number as attribute '", name, "'");
  return *found->integer;
}

double Call::number(const char* name, std::optional<double> otherwise) const {
  const Attribute* found = attribute(name);
  if (!found && otherwise) return *otherwise;
  require(found && found->number && std::isfinite(*found->number),
          "expected a number as attribute '", name, "'");
  return *found->number;
}

std::string Call::text(const char* name, const char* otherwise) const {
  const Attribute* found = attribute(name);
  if (!found) return otherwise;
  require(found->text.has_value(), "expected a text as attribute '", name, "'");
  return *found->text;
}

std::optional<std::vector<std::int64_t>> Call::integers(const char* name) const {
  const Attribute* found = attribute(name);
  if (!found) return std::nullopt;
  require(!found->integer && !found->number && !found->text, "expected a list as attribute '", name,
          "'");
  return found->integers;
}

std::optional<std::vector<std::int64_t>> Call::list(const char* name, std::size_t input) const {
  if (has(input)) return integers_in(input);
  return integers(name);
}

int checked_axis(std::int64_t axis, int rank) {
  require(axis >= -rank && axis < rank, "axis ", axis, " of ", rank, " dimensions");
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

}  // namespace odin::nn::onnx
