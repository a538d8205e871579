#include "odin/native/system/kept_file.h"

#include <sys/mman.h>

#include <cstdio>
#include <string>

namespace odin::native {
namespace {

/// In memory where there is no folder for temporary files.
std::FILE* temporary_file() {
  std::FILE* file = std::tmpfile();
#ifdef MFD_CLOEXEC
  if (file == nullptr) {
    const int descriptor = ::memfd_create("odin", MFD_CLOEXEC);
    if (descriptor >= 0) file = ::fdopen(descriptor, "w+b");
  }
#endif
  return file;
}

}  // namespace

std::optional<std::filesystem::path> keep_in_file(std::span<const std::byte> bytes) {
  std::FILE* file = temporary_file();  // stays open: the path below ends with it
  const bool written = file != nullptr &&
                       std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size() &&
                       std::fflush(file) == 0;
  if (!written) return std::nullopt;
  return "/dev/fd/" + std::to_string(fileno(file));
}

}  // namespace odin::native
