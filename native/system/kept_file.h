#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>

namespace odin::native {

/// Writes bytes to a temporary file, which exists as long as the program runs, and returns a path
/// that opens it, as often as wanted. Nothing, and errno says why, if there can be none.
std::optional<std::filesystem::path> keep_in_file(std::span<const std::byte> bytes);

}  // namespace odin::native
