#include "odin/nn/io/late_library.h"

#include <dlfcn.h>

#include "odin/tensor/error.h"

namespace odin::nn {

LateLibrary::LateLibrary(const char* file, const char* use)
    : file_(file), handle_(dlopen(file, RTLD_NOW | RTLD_LOCAL)) {
  if (handle_) return;
  const char* problem = dlerror();
  fail(use, " are read with a library that cannot be loaded: ", problem ? problem : file);
}

void* LateLibrary::address(const char* name) const {
  void* found = dlsym(handle_, name);
  require(found != nullptr, "the library ", file_, " has no function ", name);
  return found;
}

}  // namespace odin::nn
