#include <windows.h>

#include "odin/native/system/file_id.h"

namespace odin::native {

std::optional<FileId> file_id(const std::filesystem::path& path) {
  const HANDLE file =
      CreateFileW(path.c_str(), 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                  OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr);  // which opens folders too
  if (file == INVALID_HANDLE_VALUE) return std::nullopt;
  BY_HANDLE_FILE_INFORMATION found;
  const bool known = GetFileInformationByHandle(file, &found) != 0;
  CloseHandle(file);
  if (!known) return std::nullopt;
  return FileId(found.dwVolumeSerialNumber,
                std::uint64_t{found.nFileIndexHigh} << 32 | found.nFileIndexLow);
}

}  // namespace odin::native
