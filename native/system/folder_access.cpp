#include "odin/native/system/folder_access.h"

#include <unistd.h>

namespace odin::native {

bool may_write_in(const std::filesystem::path& folder) {
  return ::access(folder.c_str(), W_OK | X_OK) == 0;
}

}  // namespace odin::native
