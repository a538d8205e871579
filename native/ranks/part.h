#pragma once

#include <cstdint>

namespace odin::native {

/// Some of a number of things: those from `first` on.
struct Part {
  std::int64_t first = 0, count = 0;
};

/// What comes to `index` of `parts`: consecutive things, none left out, numbers that differ by 1 at
/// most.
inline Part part_of(std::int64_t count, std::int64_t index, std::int64_t parts) {
  const std::int64_t first = count * index / parts;
  return {first, count * (index + 1) / parts - first};
}

}  // namespace odin::native
