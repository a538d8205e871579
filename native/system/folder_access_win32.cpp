#include <windows.h>

#include "odin/native/system/folder_access.h"

namespace odin::native {

bool may_write_in(const std::filesystem::path& folder) {
  const HANDLE opened = CreateFileW(folder.c_str(), FILE_ADD_FILE,
                                    FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                    OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr);
  if (opened == INVALID_HANDLE_VALUE) return false;
  CloseHandle(opened);
  return true;
}

}  // namespace odin::native
