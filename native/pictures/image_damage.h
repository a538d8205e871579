#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace odin::native {

/// What is wrong with the file of a PNG, JPEG or BMP image that its decoder would not notice: a missing
/// end in every format, and in PNG, which has checksums, any damage at all. Empty when nothing is;
/// throws Error, which begins with `error_prefix`, when it is none of these formats.
std::string find_damage(std::span<const std::byte> file, const std::string& error_prefix);

}  // namespace odin::native
