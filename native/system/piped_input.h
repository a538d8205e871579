#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace odin::native {

/// Whether a name on the command line means a pipe or standard input ("-"), which can be read only
/// once.
bool is_piped_input(const std::string& name);

/// Reads such an input into a temporary file without a name, which exists as long as the program
/// runs, and returns a path that opens it, as often as wanted. A second call for the same name
/// returns the same file. Throws if it cannot be read. Not thread-safe.
std::filesystem::path kept_input(const std::string& name);

/// The same for bytes that are there already, under a name of their own.
std::filesystem::path kept_bytes(const std::string& name, std::span<const std::byte> bytes);

}  // namespace odin::native
