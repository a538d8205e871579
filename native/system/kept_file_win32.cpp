#include <windows.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <vector>

#include "odin/native/system/kept_file.h"

namespace odin::native {
namespace {

namespace fs = std::filesystem;

/// Files that the end of the program removes.
struct KeptFiles {
  std::vector<fs::path> paths;
  ~KeptFiles() {
    for (const fs::path& path : paths) DeleteFileW(path.c_str());
  }
};

bool write_whole(const fs::path& path, std::span<const std::byte> bytes) {
  std::FILE* file = _wfopen(path.c_str(), L"wb");
  if (!file) return false;
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  return std::fclose(file) == 0 && written;
}

}  // namespace

std::optional<fs::path> keep_in_file(std::span<const std::byte> bytes) {
  static KeptFiles kept;
  wchar_t folder[MAX_PATH + 1], name[MAX_PATH + 1];
  const DWORD size = GetTempPathW(MAX_PATH + 1, folder);
  errno = ENOENT;
  if (size == 0 || size > MAX_PATH || !GetTempFileNameW(folder, L"odin", 0, name))
    return std::nullopt;
  kept.paths.emplace_back(name);
  if (!write_whole(name, bytes)) return std::nullopt;
  return name;
}

}  // namespace odin::native
