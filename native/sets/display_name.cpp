#include "odin/native/sets/display_name.h"

#include "odin/native/sets/paper_sets.h"
#include "odin/tensor/error.h"

namespace odin::native {

std::optional<SetSpec> parse_set_if_valid(const std::string& set) {
  try {
    return parse_set(set);
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::string filter_of(Transform transform) {
  switch (transform) {
    case Transform::resize:
    case Transform::center: return "triangle filter";
    case Transform::resize_box: return "box filter";
    case Transform::resize_aliased:
    case Transform::crop:
    case Transform::none: break;
  }
  return "";
}

std::string display_name(const std::string& set) {
  const auto spec = parse_set_if_valid(set);
  if (!spec) return set;
  if (!spec->name.empty()) return spec->name;
  const std::string known = paper_name(*spec);
  if (known.empty()) return without_folders(*spec).substr(set.find(':') + 1);
  // The filter has a strong effect on the result, so it is part of the name.
  const bool aliased = spec->transform == Transform::resize_aliased;
  const std::string filter = aliased ? "aliased" : filter_of(spec->transform);
  return filter.empty() ? known : known + ", " + filter;
}

}  // namespace odin::native
