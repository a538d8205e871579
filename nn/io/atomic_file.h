#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace odin::nn {

/// Reads a regular file. Throws if it is empty or not a regular file; errors begin with `operation`
/// and the path.
std::vector<std::byte> read_file(const std::filesystem::path& path,
                                 std::string_view operation = "read");

/// Writes a part file (part_file.h), flushes it to the disk and moves it to `path`: a reader sees
/// the old file or the new one, never a part of one, and several writers at once all succeed.
/// The permissions of an existing file are kept; if `path` is a symbolic link, its target is
/// replaced. On failure the part file is removed and `path` does not change. Errors begin with
/// `operation` and the path. Thread-safe.
void write_file_atomically(const std::filesystem::path& path, std::span<const std::byte> bytes,
                           std::string_view operation = "write");

}  // namespace odin::nn
