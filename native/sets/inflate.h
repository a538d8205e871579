#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace odin::native {

/// Whether the bytes begin as a gzip file does.
bool is_gzip(std::span<const std::byte> bytes);

/// What a gzip or zlib stream holds. Throws Error if it is damaged or holds more than `most` bytes.
std::vector<std::byte> inflated(std::span<const std::byte> bytes, std::uint64_t most);

}  // namespace odin::native
