#include "odin/native/system/name_lock.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

namespace odin::native {

/// An abstract Unix socket: a name that begins with a zero byte is no file.
NameLock::NameLock(const std::string& name)
    : lock_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (lock_ < 0) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  const auto* at = reinterpret_cast<const sockaddr*>(&address);
  of_another_ = ::bind(static_cast<int>(lock_), at, size) != 0 && errno == EADDRINUSE;
}

NameLock::~NameLock() {
  if (lock_ >= 0) ::close(static_cast<int>(lock_));
}

}  // namespace odin::native
