#pragma once

#include <optional>
#include <string>

#include "odin/native/sets/set_spec.h"

namespace odin::native {

/// What to call a SET of the command line in a table: the paper's name for those of its table
/// ("TinyImageNet (crop)", "CIFAR-10", "Uniform"), recognised by the folder's name; otherwise the
/// last part of the path and its suffixes.
std::string display_name(const std::string& set);

/// The low-pass filter that made the small pictures of a set; empty where there was none.
std::string filter_of(Transform transform);

/// Empty when the text is not a SET, as in JSON that comes from elsewhere.
std::optional<SetSpec> parse_set_if_valid(const std::string& set);

}  // namespace odin::native
