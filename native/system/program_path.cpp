#include "odin/native/system/program_path.h"

#include <system_error>

namespace odin::native {

std::filesystem::path program_path() {
  std::error_code no_proc;
  return std::filesystem::read_symlink("/proc/self/exe", no_proc);
}

}  // namespace odin::native
