#include <windows.h>

#include <fcntl.h>
#include <io.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

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

/// Puts an open file in the place of another, in one step.
bool rename_open(HANDLE file, const fs::path& to) {
  const std::wstring name = fs::absolute(to).make_preferred().wstring();
  const std::size_t bytes = name.size() * sizeof(wchar_t);
  std::vector<std::byte> space(sizeof(FILE_RENAME_INFO) + bytes);
  auto* info = new (space.data()) FILE_RENAME_INFO{};
  info->ReplaceIfExists = TRUE;
  info->FileNameLength = static_cast<DWORD>(bytes);
  std::memcpy(info->FileName, name.data(), bytes);
  return SetFileInformationByHandle(file, FileRenameInfo, info, static_cast<DWORD>(space.size())) !=
         0;
}

}  // namespace

PartFile::PartFile(fs::path target, Kind kind) : target_(std::move(target)) {
  require(kind == Kind::named, "files of Windows have names");
  create_named();
}

PartFile::~PartFile() {
  forget(slot_);
  if (!name_.empty()) remove_open(handle_of(descriptor_));
  if (descriptor_ >= 0) _close(descriptor_);
}

/// Nobody else can open it while it is open here, which is the lock.
void PartFile::create_named() {
  HANDLE file = INVALID_HANDLE_VALUE;
  while (file == INVALID_HANDLE_VALUE) {
    name_ = random_part_name(target_);
    file = CreateFileW(name_.c_str(), GENERIC_WRITE | DELETE, 0, nullptr, CREATE_NEW,
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

void PartFile::move_to_target() {
  const HANDLE file = handle_of(descriptor_);
  check(FlushFileBuffers(file) != 0);
  check(rename_open(file, target_));
  forget(std::exchange(slot_, -1));
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
