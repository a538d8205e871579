#include "odin/native/report/json_node.h"

#include <cmath>

#include "odin/native/system/json_text.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native::report {
namespace {

using nlohmann::json;

constexpr std::int64_t kMostCounted = 1'000'000'000'000;
constexpr std::size_t kMostText = 4096;  // paths and names: they are shown in several places

}  // namespace

void Node::fail_for(const char* expected) const {
  const bool small = !value_->is_structured();
  fail(where_, ": expected ", expected, ", got ",
       small ? nn::quote(json_text(*value_, BadText::replace).substr(0, 60)) : value_->type_name());
}

bool Node::has(const std::string& key) const {
  return value_->is_object() && value_->contains(key) && !(*value_)[key].is_null();
}

bool Node::is_text() const { return value_->is_string(); }

Node Node::operator[](const std::string& key) const {
  require(has(key), where_, ": no ", nn::quote(key),
          " (expected what odin evaluate or odin tune writes)");
  return {(*value_)[key], where_ + "." + key};
}

std::string Node::text() const {
  std::string found = long_text();
  require(found.size() <= kMostText, where_, ": a text of ", found.size(),
          " bytes, expected at most ", kMostText);
  return found;
}

std::string Node::long_text() const {
  if (!value_->is_string()) fail_for("a text");
  return value_->get<std::string>();
}

double Node::number() const {
  if (!value_->is_number()) fail_for("a number");
  const auto value = value_->get<double>();
  if (!std::isfinite(value)) fail_for("a finite number");
  return value;
}

double Node::number_between(double low, double high) const {
  const double value = number();
  require(value >= low && value <= high, where_, ": expected a number from ", low, " to ", high,
          ", got ", value);
  return value;
}

double Node::positive() const {
  const double value = number();
  require(value > 0, where_, ": expected a number above 0, got ", value);
  return value;
}

std::int64_t Node::count() const {
  const bool whole = value_->is_number_integer();
  const bool in_range =
      whole &&
      (value_->is_number_unsigned()
           ? value_->get<std::uint64_t>() <= static_cast<std::uint64_t>(kMostCounted)
           : value_->get<std::int64_t>() >= 0 && value_->get<std::int64_t>() <= kMostCounted);
  if (!in_range) fail_for("a count: a whole number of at most 10^12");
  return value_->get<std::int64_t>();
}

std::string Node::digits() const {
  if (!value_->is_number_integer()) fail_for("a whole number");
  return json_text(*value_);
}

std::vector<Node> Node::items(std::size_t most) const {
  if (!value_->is_array()) fail_for("an array");
  require(value_->size() <= most, where_, ": ", value_->size(), " values, expected at most ", most);
  std::vector<Node> nodes;
  for (std::size_t i = 0; i < value_->size(); ++i)
    nodes.emplace_back((*value_)[i], where_ + "[" + std::to_string(i) + "]");
  return nodes;
}

std::optional<double> Node::optional_share(const std::string& key) const {
  return has(key) ? std::optional((*this)[key].share()) : std::nullopt;
}

std::vector<double> Node::numbers(const std::string& key, std::size_t most) const {
  const Node array = (*this)[key];
  if (!array.value_->is_array()) array.fail_for("an array");
  const std::size_t size = array.value_->size();
  require(size > 0, array.where_, ": expected numbers, found none");
  require(size <= most, array.where_, ": ", size, " values, expected at most ", most);
  std::vector<double> values;
  for (std::size_t i = 0; i < size; ++i) {
    const json& value = (*array.value_)[i];  // its path is made only for an error
    const bool right = value.is_number() && std::isfinite(value.get<double>());
    values.push_back(right ? value.get<double>()
                           : Node(value, array.where_ + "[" + std::to_string(i) + "]").number());
  }
  return values;
}

}  // namespace odin::native::report
