#pragma once

#include <optional>
#include <string>

#include "odin/native/sets/set_spec.h"

namespace odin::native {

/// The name of a SET in tables: the paper's name for a set of its table ("TinyImageNet (crop)",
/// "CIFAR-10", "Uniform"), recognized by the folder's name; otherwise the last part of the path
/// with its suffixes.
std::string display_name(const std::string& set);

/// The name of the low-pass filter with which a transform reduces images; empty if none.
std::string filter_of(Transform transform);

/// Empty if the text is not a SET, as may happen in JSON from other programs.
std::optional<SetSpec> parse_set_if_valid(const std::string& set);

}  // namespace odin::native
