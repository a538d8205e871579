#include "odin/native/system/kept_file.h"

#include <cstdio>
#include <string>

namespace odin::native {

std::optional<std::filesystem::path> keep_in_file(std::span<const std::byte> bytes) {
  std::FILE* file = std::tmpfile();  // stays open: the path below ends with it
  const bool written = file != nullptr &&
                       std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size() &&
                       std::fflush(file) == 0;
  if (!written) return std::nullopt;
  return "/dev/fd/" + std::to_string(fileno(file));
}

}  // namespace odin::native
