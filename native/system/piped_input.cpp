#include "odin/native/system/piped_input.h"

#include <cerrno>
#include <cstring>
#include <map>
#include <system_error>

#include "odin/native/system/kept_file.h"
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

}  // namespace

fs::path kept_bytes(const std::string& name, std::span<const std::byte> bytes) {
  fs::path& path = kept_under(name);
  if (!path.empty()) return path;
  const auto file = keep_in_file(bytes);
  require(file.has_value(), "model: ", nn::quote(name),
          ": no temporary file: ", std::strerror(errno));
  return path = *file;
}

fs::path kept_input(const std::string& name) {
  const fs::path& path = kept_under(name);
  return path.empty() ? kept_bytes(name, nn::read_file(name, "model")) : path;
}

}  // namespace odin::native
