#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace odin::native {

/// Finds damage in a PNG, JPEG or BMP file that the decoder does not report: truncation in every
/// format and, since PNG has checksums, any damage in a PNG file. Returns a description, empty if
/// the file is sound. Throws Error, beginning with `error_prefix`, for other formats.
std::string find_damage(std::span<const std::byte> file, const std::string& error_prefix);

}  // namespace odin::native
