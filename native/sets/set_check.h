#pragma once

#include <string>
#include <vector>

#include "odin/native/sets/known_sets.h"
#include "odin/native/sets/set_spec.h"

namespace odin::native {

struct SetCheck {
  std::vector<std::string> found;   ///< lines about what the set contains
  std::vector<std::string> faults;  ///< lines about differences and unreadable images
};

/// Reads a whole set and compares it with the published one: layout, number of images, images of
/// each class, and digest, in any order. A folder may contain any readable images; it is named if
/// it is a known set. Throws Error if the set is missing or of another layout.
SetCheck check_set(const SetSpec& spec);

}  // namespace odin::native
