#include "odin/native/system/piped_input.h"

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

fs::path kept_input(const std::string& name) {
  static std::map<std::string, fs::path> kept;
  if (const auto found = kept.find(name); found != kept.end()) return found->second;
  const auto bytes = nn::read_file(name, "model");
  std::FILE* file = std::tmpfile();  // stays open: the path below ends with it
  const bool written = file != nullptr &&
                       std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size() &&
                       std::fflush(file) == 0;
  require(written, "model: ", nn::quote(name), ": no temporary file: ", std::strerror(errno));
  return kept[name] = "/dev/fd/" + std::to_string(fileno(file));
}

}  // namespace odin::native
