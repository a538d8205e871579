#include <windows.h>

#include <algorithm>
#include <system_error>

#include "odin/native/system/locked_file.h"
#include "odin/native/system/wide_text.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

void check_last_error(bool ok) {
  if (!ok) fail(std::system_category().message(static_cast<int>(GetLastError())));
}

HANDLE handle_of(std::intptr_t file) { return reinterpret_cast<HANDLE>(file); }

constexpr std::size_t kMostAtOnce = std::size_t{1} << 30;

}  // namespace

LockedFile::LockedFile(const std::string& file)
    : file_(reinterpret_cast<std::intptr_t>(
          CreateFileW(wide(file).c_str(), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, nullptr,
                      OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr))) {
  const bool opened = handle_of(file_) != INVALID_HANDLE_VALUE;
  require(opened || GetLastError() != ERROR_SHARING_VIOLATION, "another odin is writing it");
  check_last_error(opened);
}

LockedFile::~LockedFile() { CloseHandle(handle_of(file_)); }

std::int64_t LockedFile::size() const {
  LARGE_INTEGER size;
  check_last_error(GetFileSizeEx(handle_of(file_), &size) != 0);
  return size.QuadPart;
}

void LockedFile::go_to(std::int64_t offset) {
  LARGE_INTEGER to;
  to.QuadPart = offset;
  check_last_error(SetFilePointerEx(handle_of(file_), to, nullptr, FILE_BEGIN) != 0);
}

void LockedFile::cut_to(std::int64_t size) {
  go_to(size);
  check_last_error(SetEndOfFile(handle_of(file_)) != 0);
}

std::size_t LockedFile::read(std::span<char> to) {
  DWORD count = 0;
  const auto most = static_cast<DWORD>(std::min(to.size(), kMostAtOnce));
  check_last_error(ReadFile(handle_of(file_), to.data(), most, &count, nullptr) != 0);
  return count;
}

void LockedFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    DWORD count = 0;
    const auto most = static_cast<DWORD>(std::min(bytes.size(), kMostAtOnce));
    check_last_error(WriteFile(handle_of(file_), bytes.data(), most, &count, nullptr) != 0);
    bytes.remove_prefix(count);
  }
}

}  // namespace odin::native
