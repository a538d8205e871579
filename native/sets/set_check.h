#pragma once

#include <string>
#include <vector>

#include "odin/native/sets/known_sets.h"
#include "odin/native/sets/set_spec.h"

namespace odin::native {

struct SetCheck {
  std::vector<std::string> found;   ///< what the set consists of, a line each
  std::vector<std::string> faults;  ///< what is not as published, or cannot be read
};

/// Reads all of a set and compares it with what is published: layout, number of images, images of
/// each class, and the digest, which the images' order does not change. A folder of images may hold
/// anything that can be read; it is named when it is a known set. Throws Error when the set is
/// missing or of another layout.
SetCheck check_set(const SetSpec& spec);

}  // namespace odin::native
