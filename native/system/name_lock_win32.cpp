#include "odin/native/system/name_lock.h"

#include <windows.h>

#include "odin/native/system/wide_text.h"

namespace odin::native {

NameLock::NameLock(const std::string& name)
    : lock_(reinterpret_cast<std::intptr_t>(
          CreateMutexW(nullptr, FALSE, wide("Local\\" + name).c_str()))) {
  of_another_ = lock_ != 0 && GetLastError() == ERROR_ALREADY_EXISTS;
}

NameLock::~NameLock() {
  if (lock_ != 0) CloseHandle(reinterpret_cast<HANDLE>(lock_));
}

}  // namespace odin::native
