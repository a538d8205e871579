#pragma once

#include <cstdio>
#include <cstring>
#include <string>

namespace odin::tests {

/// The record of one member of a tar archive (POSIX ustar): a header of 512 bytes, then the bytes,
/// filled up to a multiple of 512. `type`: '0' file, '1' hard link to `target`, '5' folder.
inline std::string tar_member(const std::string& name, const std::string& bytes, char type = '0',
                              const std::string& target = "") {
  constexpr std::size_t kBlock = 512;
  char header[kBlock] = {};
  const auto put = [&](std::size_t at, const std::string& text) {
    std::memcpy(header + at, text.data(), text.size());
  };
  char size[12];
  std::snprintf(size, sizeof size, "%011lo", static_cast<unsigned long>(bytes.size()));
  put(0, name);
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  put(124, size);
  put(136, "00000000000");
  put(148, "        ");  // the checksum counts as spaces
  header[156] = type;
  put(157, target);
  put(257, std::string("ustar\0"
                       "00",
                       8));
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  char checksum[8];
  std::snprintf(checksum, sizeof checksum, "%06o", sum);
  put(148, std::string(checksum, 7) + " ");
  std::string record(header, kBlock);
  record += bytes;
  record.resize((record.size() + kBlock - 1) / kBlock * kBlock, '\0');
  return record;
}

/// The two empty blocks that end an archive.
inline std::string tar_end() { return std::string(1024, '\0'); }

}  // namespace odin::tests
