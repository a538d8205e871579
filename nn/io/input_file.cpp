#include "odin/nn/io/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "odin/tensor/error.h"

namespace odin::nn {
namespace {

/// Throws what the system says unless `ok`.
void require_ok(bool ok, int problem = errno) {
  if (ok) return;
  if (problem == EMFILE || problem == ENFILE || problem == ENOMEM)
    fail<ResourceError>(std::strerror(problem));
  fail(std::strerror(problem));
}

}  // namespace

InputFile::InputFile(const std::filesystem::path& path)
    : owned_(path != "-" && path != "/dev/stdin"),
      descriptor_(owned_ ? ::open(path.c_str(), O_RDONLY | O_CLOEXEC) : STDIN_FILENO) {
  require_ok(descriptor_ >= 0);
  struct stat found;
  require_ok(::fstat(descriptor_, &found) == 0);
  regular_ = S_ISREG(found.st_mode);
  size_ = regular_ ? static_cast<std::uintmax_t>(found.st_size) : 0;
  const bool typed = S_ISCHR(found.st_mode) && ::isatty(descriptor_) == 1;
  require(regular_ || typed || S_ISFIFO(found.st_mode) || S_ISSOCK(found.st_mode),
          "is not a regular file and no pipe");
}

InputFile::~InputFile() {
  if (owned_ && descriptor_ >= 0) ::close(descriptor_);
}

std::size_t InputFile::read(std::byte* to, std::size_t size) {
  constexpr std::size_t kMostAtOnce = std::size_t{1} << 30;
  while (true) {
    const auto count = ::read(descriptor_, to, std::min(size, kMostAtOnce));
    if (count < 0 && errno == EINTR) continue;
    require_ok(count >= 0);
    return static_cast<std::size_t>(count);
  }
}

}  // namespace odin::nn
