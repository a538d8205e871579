#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace odin::nn {

/// The whole of a regular file that is not empty. Errors begin with `operation` and the path.
std::vector<std::byte> read_file(const std::filesystem::path& path,
                                 std::string_view operation = "read");

/// Writes `<path>.part` and, once all of it is on the disk, renames that to `path`: a reader sees
/// the old file or the new one, never half of one. A file that is there keeps its permissions, and
/// one that `path` links to is the one that is replaced. On failure the part is removed and `path`
/// is as it was. Errors begin with `operation` and the path.
void write_file_atomically(const std::filesystem::path& path, std::span<const std::byte> bytes,
                           std::string_view operation = "write");

}  // namespace odin::nn
