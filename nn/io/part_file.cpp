#include "odin/nn/io/part_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "odin/nn/io/part_name.h"
#include "odin/tensor/error.h"

namespace odin::nn {
namespace {

namespace fs = std::filesystem;

void check(bool ok) {
  if (!ok) fail(std::strerror(errno));
}

// The names of the part files of this process. The text is stored here, not in the objects, so that
// a signal handler never reads memory that another thread has freed.

struct Slot {
  enum State { empty, filling, full };
  std::atomic<int> state{empty};
  char name[4096] = {};
};
constinit Slot slots[16];

/// -1 if there is no room: then a signal leaves the file behind.
int remember(const std::string& name) {
  if (name.size() >= sizeof Slot::name) return -1;
  for (int i = 0; i < static_cast<int>(std::size(slots)); ++i) {
    int expected = Slot::empty;
    if (!slots[i].state.compare_exchange_strong(expected, Slot::filling)) continue;
    std::memcpy(slots[i].name, name.c_str(), name.size() + 1);
    slots[i].state = Slot::full;
    return i;
  }
  return -1;
}

void forget(int slot) {
  if (slot >= 0) slots[slot].state = Slot::empty;
}

enum class Lock { taken, of_another, not_supported };

/// Part files are locked as long as they are being written. The lock belongs to the open file, not
/// to the process, and ends with it.
Lock lock([[maybe_unused]] int descriptor) {
#ifdef F_OFD_SETLK
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (::fcntl(descriptor, F_OFD_SETLK, &whole) == 0) return Lock::taken;
  if (errno == EAGAIN || errno == EACCES) return Lock::of_another;
#endif
  return Lock::not_supported;
}

std::string link_of(int descriptor) { return "/proc/self/fd/" + std::to_string(descriptor); }

/// Makes the rename itself survive a power cut. Errors are ignored: some file systems do not
/// support it, and the file is complete either way.
void sync_folder_of(const fs::path& file) {
  const int folder = ::open(folder_of_file(file).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  ::fsync(folder);
  ::close(folder);
}

int open_unnamed(const fs::path& folder) {
#ifdef O_TMPFILE
  const int descriptor = ::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
  if (descriptor < 0 || ::access(link_of(descriptor).c_str(), F_OK) == 0) return descriptor;
  ::close(descriptor);
#endif
  errno = EOPNOTSUPP;
  return -1;
}

}  // namespace

PartFile::PartFile(fs::path target, Kind kind) : target_(std::move(target)) {
  if (kind == Kind::named) {
    create_named();
    return;
  }
  descriptor_ = open_unnamed(folder_of_file(target_));
  check(descriptor_ >= 0);
  lock(descriptor_);
}

PartFile::~PartFile() {
  if (!name_.empty()) ::unlink(name_.c_str());
  forget(slot_);
  if (descriptor_ >= 0) ::close(descriptor_);  // last, since it ends the lock
}

void PartFile::create_named() {
  while (descriptor_ < 0) {
    const fs::path name = random_part_name(target_);
    slot_ = remember(name.string());
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    descriptor_ = ::open(name.c_str(), flags, 0666);
    const int problem = errno;
    const bool created = descriptor_ >= 0;
    struct stat status;
    if (created && lock(descriptor_) != Lock::of_another && ::fstat(descriptor_, &status) == 0 &&
        status.st_nlink > 0) {
      name_ = name;
      return;
    }
    // The name is not new, or another program's remove_leftovers() took the file before the lock.
    if (created) ::close(std::exchange(descriptor_, -1));
    forget(std::exchange(slot_, -1));
    errno = problem;
    check(created || errno == EEXIST);
  }
}

void PartFile::write(std::span<const std::byte> bytes) {
  constexpr std::size_t kMostAtOnce = std::size_t{1} << 30;
  while (!bytes.empty()) {
    const auto written = ::write(descriptor_, bytes.data(), std::min(bytes.size(), kMostAtOnce));
    if (written < 0 && errno == EINTR) continue;
    check(written >= 0);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void PartFile::take_permissions_of(const fs::path& file) {
  struct stat found;
  check(::stat(file.c_str(), &found) == 0);
  check(::fchmod(descriptor_, found.st_mode & 0777) == 0);
}

bool PartFile::link_as(const fs::path& name) const {
  return ::linkat(AT_FDCWD, link_of(descriptor_).c_str(), AT_FDCWD, name.c_str(),
                  AT_SYMLINK_FOLLOW) == 0;
}

/// Gives an unnamed file a name of its own, from which it can be renamed over another file.
void PartFile::name_it() {
  while (name_.empty()) {
    const fs::path name = random_part_name(target_);
    slot_ = remember(name.string());
    if (link_as(name)) {
      name_ = name;
      return;
    }
    const int problem = errno;
    forget(std::exchange(slot_, -1));
    errno = problem;
    check(errno == EEXIST);
  }
}

void PartFile::move_to_target() {
  check(::fsync(descriptor_) == 0);
  // A file without a name can only be linked to a name that is free.
  if (!name_.empty() || !link_as(target_)) {
    check(!name_.empty() || errno == EEXIST);
    name_it();
    check(std::rename(name_.c_str(), target_.c_str()) == 0);
    name_.clear();
  }
  sync_folder_of(target_);
}

void remove_leftovers(const fs::path& target) {
  const std::string beginning = beginning_of_parts(target);
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder_of_file(target), ignored)) {
    if (!is_part_name(entry.path().filename().string(), beginning)) continue;
    const int descriptor =
        ::open(entry.path().c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) continue;
    if (lock(descriptor) == Lock::taken) ::unlink(entry.path().c_str());
    ::close(descriptor);
  }
}

void remove_unfinished_files() noexcept {
  for (Slot& slot : slots)
    if (slot.state == Slot::full) ::unlink(slot.name);
}

}  // namespace odin::nn
