#include <algorithm>
#include <array>
#include <string_view>

#include "odin/native/streams/tar_archive.h"

namespace odin::native {

bool has_archive_name(const std::filesystem::path& path) {
  constexpr std::array<std::string_view, 6> kEndings = {".tar",     ".tar.gz", ".tgz",
                                                        ".tar.bz2", ".tar.xz", ".tar.zst"};
  std::string name = path.filename().string();
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
  return std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view ending) {
    return name.size() > ending.size() && name.ends_with(ending);
  });
}

}  // namespace odin::native
