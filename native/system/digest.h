#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace odin::native {

using Sha256Digest = std::array<std::byte, 32>;
Sha256Digest sha256(std::span<const std::byte> bytes);

/// SHA-256 as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::span<const std::byte> bytes);

/// The same for the content of a file. Throws Error if it cannot be read.
std::string sha256_hex_of_file(const std::filesystem::path& path);

/// MD5 as 32 digits, which publishers of old archives state. It detects damage but not
/// manipulation.
std::string md5_hex_of_file(const std::filesystem::path& path);

}  // namespace odin::native
