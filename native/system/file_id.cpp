#include "odin/native/system/file_id.h"

#include <sys/stat.h>

namespace odin::native {

std::optional<FileId> file_id(const std::filesystem::path& path) {
  struct stat found;
  if (::stat(path.c_str(), &found) != 0) return std::nullopt;
  return FileId(found.st_dev, found.st_ino);
}

}  // namespace odin::native
