#include <windows.h>

#include <fcntl.h>
#include <io.h>

#include <algorithm>
#include <atomic>
#include <system_error>
#include <utility>

#include "odin/nn/io/part_file.h"
#include "odin/nn/io/part_name.h"
#include "odin/tensor/error.h"

namespace odin::nn {
namespace {

namespace fs = std::filesystem;

void check(bool ok) {
  if (!ok) fail(std::system_category().message(static_cast<int>(GetLastError())));
}

// The part files of this process, for the thread that Ctrl-C starts.
constinit std::atomic<HANDLE> unfinished[16];

/// -1 if there is no room: then Ctrl-C leaves the file behind.
int remember(HANDLE file) {
  for (int i = 0; i < static_cast<int>(std::size(unfinished)); ++i) {
    HANDLE expected = nullptr;
    if (unfinished[i].compare_exchange_strong(expected, file)) return i;
  }
  return -1;
}

void forget(int slot) {
  if (slot >= 0) unfinished[slot] = nullptr;
}

HANDLE handle_of(int descriptor) { return reinterpret_cast<HANDLE>(_get_osfhandle(descriptor)); }

/// It goes when it is closed, and its name at once.
bool remove_open(HANDLE file) {
  FILE_DISPOSITION_INFO gone{TRUE};
  return SetFileInformationByHandle(file, FileDispositionInfo, &gone, sizeof gone) != 0;
}

/// Puts a file in the place of another, in one step. Windows refuses while another program reads the one
/// that is there, which may be a moment: one that looks at the model of a training, or for viruses.
bool replace(const fs::path& by, const fs::path& to) {
  constexpr DWORD kMilliseconds = 50;
  for (int times = 0;; ++times) {
    if (MoveFileExW(by.c_str(), to.c_str(), MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH))
      return true;
    const DWORD problem = GetLastError();
    const bool is_in_use = problem == ERROR_ACCESS_DENIED || problem == ERROR_SHARING_VIOLATION;
    if (!is_in_use || times == 100) return false;
    Sleep(kMilliseconds);
  }
}

/// As long as it lives nobody can remove the file as a leftover; it may be read and renamed.
struct Guard {
  HANDLE file;
  explicit Guard(const fs::path& path)
      : file(CreateFileW(path.c_str(), GENERIC_READ,
                         FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                         OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr)) {}
  ~Guard() {
    if (file != INVALID_HANDLE_VALUE) CloseHandle(file);
  }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
};

}  // namespace

PartFile::PartFile(fs::path target, Kind kind) : target_(std::move(target)) {
  require(kind == Kind::named, "files of Windows have names");
  create_named();
}

PartFile::~PartFile() {
  forget(slot_);
  if (descriptor_ >= 0) _close(descriptor_);
  if (!name_.empty()) DeleteFileW(name_.c_str());
}

/// Nobody else can remove it while it is open here, which is the lock.
void PartFile::create_named() {
  HANDLE file = INVALID_HANDLE_VALUE;
  while (file == INVALID_HANDLE_VALUE) {
    name_ = random_part_name(target_);
    file = CreateFileW(name_.c_str(), GENERIC_WRITE | DELETE, FILE_SHARE_READ, nullptr, CREATE_NEW,
                       FILE_ATTRIBUTE_NORMAL, nullptr);
    if (file != INVALID_HANDLE_VALUE || GetLastError() == ERROR_FILE_EXISTS) continue;
    name_.clear();
    check(false);
  }
  descriptor_ = _open_osfhandle(reinterpret_cast<std::intptr_t>(file), _O_BINARY);
  if (descriptor_ < 0) {
    remove_open(file);
    CloseHandle(file);
    fail<ResourceError>("too many files are open");
  }
  slot_ = remember(file);
}

void PartFile::write(std::span<const std::byte> bytes) {
  constexpr std::size_t kMostAtOnce = std::size_t{1} << 30;
  while (!bytes.empty()) {
    DWORD written = 0;
    const auto most = static_cast<DWORD>(std::min(bytes.size(), kMostAtOnce));
    check(WriteFile(handle_of(descriptor_), bytes.data(), most, &written, nullptr) != 0);
    bytes = bytes.subspan(written);
  }
}

/// A file on Windows has those of its folder.
void PartFile::take_permissions_of(const fs::path&) {}

/// It is closed before it is renamed: a file that is open for writing cannot be read by others.
void PartFile::move_to_target() {
  check(FlushFileBuffers(handle_of(descriptor_)) != 0);
  const Guard guard(name_);
  check(guard.file != INVALID_HANDLE_VALUE);
  forget(std::exchange(slot_, -1));
  _close(std::exchange(descriptor_, -1));
  check(replace(name_, target_));
  name_.clear();
}

void remove_leftovers(const fs::path& target) {
  const std::string beginning = beginning_of_parts(target);
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder_of_file(target), ignored)) {
    if (!is_part_name(entry.path().filename().string(), beginning)) continue;
    const HANDLE file = CreateFileW(entry.path().c_str(), DELETE, 0, nullptr, OPEN_EXISTING,
                                    FILE_FLAG_OPEN_REPARSE_POINT, nullptr);
    if (file == INVALID_HANDLE_VALUE) continue;  // it is being written
    remove_open(file);
    CloseHandle(file);
  }
}

void remove_unfinished_files() noexcept {
  for (std::atomic<HANDLE>& file : unfinished)
    if (const HANDLE open = file) remove_open(open);
}

}  // namespace odin::nn
