#include <windows.h>

#include <string>

#include "odin/native/system/program_path.h"

namespace odin::native {

std::filesystem::path program_path() {
  constexpr std::size_t kLongestPath = 32768;
  std::wstring path(kLongestPath, L'\0');
  const DWORD size = GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size()));
  path.resize(size < path.size() ? size : 0);
  return path;
}

}  // namespace odin::native
