#include "odin/native/system/locked_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "odin/tensor/error.h"

namespace odin::native {
namespace {

void check_errno(bool ok) { require(ok, std::strerror(errno)); }

int descriptor_of(std::intptr_t file) { return static_cast<int>(file); }

}  // namespace

LockedFile::LockedFile(const std::string& file) {
  constexpr mode_t kMode = 0666;
  file_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kMode);
  check_errno(file_ >= 0);
  if (::flock(descriptor_of(file_), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
  ::close(descriptor_of(file_));
  fail("another odin is writing it");
}

LockedFile::~LockedFile() { ::close(descriptor_of(file_)); }

std::int64_t LockedFile::size() const {
  struct stat found;
  check_errno(::fstat(descriptor_of(file_), &found) == 0);
  return found.st_size;
}

void LockedFile::go_to(std::int64_t offset) {
  check_errno(::lseek(descriptor_of(file_), offset, SEEK_SET) == offset);
}

void LockedFile::cut_to(std::int64_t size) {
  check_errno(::ftruncate(descriptor_of(file_), size) == 0);
}

std::size_t LockedFile::read(std::span<char> to) {
  for (;;) {
    const ssize_t count = ::read(descriptor_of(file_), to.data(), to.size());
    if (count < 0 && errno == EINTR) continue;
    check_errno(count >= 0);
    return static_cast<std::size_t>(count);
  }
}

void LockedFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_of(file_), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    check_errno(count >= 0);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace odin::native
