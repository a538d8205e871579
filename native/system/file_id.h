#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <utility>

namespace odin::native {

/// The numbers of a file system and of a file or folder in it, which all names of the file share.
using FileId = std::pair<std::uint64_t, std::uint64_t>;

/// Nothing if there is no such file.
std::optional<FileId> file_id(const std::filesystem::path& path);

}  // namespace odin::native
