#include <windows.h>

#include <fcntl.h>
#include <io.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "odin/nn/io/input_file.h"
#include "odin/tensor/error.h"

namespace odin::nn {
namespace {

/// Throws what the system says unless `ok`.
void require_ok(bool ok, int problem = errno) {
  if (ok) return;
  if (problem == EMFILE || problem == ENOMEM) fail<ResourceError>(std::strerror(problem));
  fail(std::strerror(problem));
}

/// Others may go on writing, renaming and replacing it.
int open_shared(const std::filesystem::path& path) {
  const HANDLE file = CreateFileW(path.c_str(), GENERIC_READ,
                                  FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                  OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN, nullptr);
  if (file == INVALID_HANDLE_VALUE) {
    const DWORD problem = GetLastError();
    const std::string text = std::system_category().message(static_cast<int>(problem));
    if (problem == ERROR_TOO_MANY_OPEN_FILES || problem == ERROR_NOT_ENOUGH_MEMORY)
      fail<ResourceError>(text);
    fail(text);
  }
  const int descriptor = _open_osfhandle(reinterpret_cast<std::intptr_t>(file), _O_RDONLY);
  if (descriptor < 0) CloseHandle(file);
  return descriptor;
}

}  // namespace

InputFile::InputFile(const std::filesystem::path& path)
    : owned_(path != "-" && path != "/dev/stdin"), descriptor_(owned_ ? open_shared(path) : 0) {
  require_ok(descriptor_ >= 0);
  struct _stat64 found;
  require_ok(_fstat64(descriptor_, &found) == 0);
  regular_ = (found.st_mode & _S_IFMT) == _S_IFREG;
  size_ = regular_ ? static_cast<std::uintmax_t>(found.st_size) : 0;
}

InputFile::~InputFile() {
  if (owned_ && descriptor_ >= 0) _close(descriptor_);
}

std::size_t InputFile::read(std::byte* to, std::size_t size) {
  constexpr std::size_t kMostAtOnce = std::size_t{1} << 30;
  const int count = _read(descriptor_, to, static_cast<unsigned>(std::min(size, kMostAtOnce)));
  require_ok(count >= 0);
  return static_cast<std::size_t>(count);
}

}  // namespace odin::nn
