#pragma once

#include <filesystem>

namespace odin::native {

/// Whether this program may make files in the folder.
bool may_write_in(const std::filesystem::path& folder);

}  // namespace odin::native
