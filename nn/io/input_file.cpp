#include "odin/nn/io/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <string>

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

int open_for_reading(const std::filesystem::path& path) {
  const int opened = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (opened >= 0 || errno != ENOENT || !InputFile::is_descriptor(path)) return opened;
  const std::string name = path.filename().string();
  int number = -1;
  std::from_chars(name.data(), name.data() + name.size(), number);
  const int again = ::fcntl(number, F_DUPFD_CLOEXEC, 0);
  if (again >= 0)
    ::lseek(again, 0, SEEK_SET);
  else
    errno = ENOENT;
  return again;
}

}  // namespace

InputFile::InputFile(const std::filesystem::path& path)
    : owned_(path != "-" && path != "/dev/stdin"),
      descriptor_(owned_ ? open_for_reading(path) : STDIN_FILENO) {
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
