#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace odin::nn {

/// What read_file() takes from a pipe if no other limit is given, since a pipe may never end.
inline constexpr std::uintmax_t kMostPipedBytes = std::uintmax_t{4} << 30;

/// Reads a file to its end, which may also be a pipe, such as <(command), or standard input: "-" or
/// "/dev/stdin". Throws if it is empty, a folder or a device, or larger than `most` bytes (no
/// limit for regular files by default); errors begin with `operation` and the path.
std::vector<std::byte> read_file(const std::filesystem::path& path,
                                 std::string_view operation = "read",
                                 std::optional<std::uintmax_t> most = {});

/// Writes a part file (part_file.h), flushes it to the disk and moves it to `path`: a reader sees
/// the old file or the new one, never a part of one, and several writers at once all succeed.
/// The permissions of an existing file are kept; if `path` is a symbolic link, its target is
/// replaced. On failure the part file is removed and `path` does not change. Errors begin with
/// `operation` and the path. Thread-safe.
void write_file_atomically(const std::filesystem::path& path, std::span<const std::byte> bytes,
                           std::string_view operation = "write");

}  // namespace odin::nn
