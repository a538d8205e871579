#pragma once

#include <cstdint>

namespace odin::native {

/// Pixels along a side of the pictures that the program's networks take.
inline constexpr std::int64_t kPictureSize = 32;

}  // namespace odin::native
