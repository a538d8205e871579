#include <windows.h>

#include "odin/native/system/machine_memory.h"

namespace odin::native {

double machine_memory() {
  MEMORYSTATUSEX status{};
  status.dwLength = sizeof status;
  return GlobalMemoryStatusEx(&status) ? static_cast<double>(status.ullTotalPhys) : 0;
}

}  // namespace odin::native
