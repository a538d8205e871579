#include "odin/native/system/piped_input.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <system_error>

#include "odin/nn/io/atomic_file.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {

namespace fs = std::filesystem;

bool is_piped_input(const std::string& name) {
  if (name == "-") return true;
  std::error_code ignored;
  const fs::file_status status = fs::status(name, ignored);
  return fs::is_fifo(status) || fs::is_socket(status);
}

namespace {

fs::path& kept_under(const std::string& name) {
  static std::map<std::string, fs::path> kept;
  return kept[name];
}

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

fs::path kept_bytes(const std::string& name, std::span<const std::byte> bytes) {
  fs::path& path = kept_under(name);
  if (!path.empty()) return path;
  std::FILE* file = temporary_file();  // stays open: the path below ends with it
  const bool written = file != nullptr &&
                       std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size() &&
                       std::fflush(file) == 0;
  require(written, "model: ", nn::quote(name), ": no temporary file: ", std::strerror(errno));
  return path = "/dev/fd/" + std::to_string(fileno(file));
}

fs::path kept_input(const std::string& name) {
  const fs::path& path = kept_under(name);
  return path.empty() ? kept_bytes(name, nn::read_file(name, "model")) : path;
}

}  // namespace odin::native
