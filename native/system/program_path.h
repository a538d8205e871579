#pragma once

#include <filesystem>

namespace odin::native {

/// The file of the running program; empty if the system does not say.
std::filesystem::path program_path();

}  // namespace odin::native
