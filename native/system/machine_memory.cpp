#include "odin/native/system/machine_memory.h"

#include <unistd.h>

namespace odin::native {

double machine_memory() {
  return static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

}  // namespace odin::native
