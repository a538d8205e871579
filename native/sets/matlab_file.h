#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace odin::native {

/// An array of numbers in a MATLAB file.
struct MatlabArray {
  std::string name;
  std::vector<std::int64_t> sizes;
  std::vector<double> numbers;      ///< column-major; empty if they are bytes
  std::vector<std::uint8_t> bytes;  ///< the same for arrays of class uint8
};

/// The numeric arrays of a MATLAB file of format 5, little-endian, packed or not. Other kinds of
/// variables (cells, structures, text) are left out. Throws Error if the file is damaged, of
/// another format, or would unpack to more than 2 GB.
std::vector<MatlabArray> read_matlab(std::span<const std::byte> file);

}  // namespace odin::native
