#include "odin/native/training/training_lock.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>

#include "odin/native/system/digest.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {

namespace fs = std::filesystem;

namespace {

/// The same for all names of a file: the folder is known by its number. Empty if there is none.
std::string name_of_lock(const fs::path& file) {
  std::error_code ignored;
  const fs::path place = fs::weakly_canonical(fs::absolute(file, ignored), ignored);
  struct stat folder;
  if (::stat(place.parent_path().c_str(), &folder) != 0) return "";
  const std::string text = std::to_string(folder.st_dev) + "/" + std::to_string(folder.st_ino) +
                           "/" + place.filename().string();
  return "odin-train-" + sha256_hex(std::as_bytes(std::span(text)));
}

}  // namespace

TrainingLock::TrainingLock(const fs::path& checkpoint) {
  const std::string name = name_of_lock(checkpoint);
  if (name.empty()) return;
  socket_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket_ < 0) return;  // where sockets are forbidden there is no lock
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  // A name that begins with a zero byte is no file.
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  const bool bound = ::bind(socket_, reinterpret_cast<const sockaddr*>(&address), size) == 0;
  if (bound || errno != EADDRINUSE) return;
  ::close(socket_);
  fail("train: another odin train is writing ", nn::quote(checkpoint.string()),
       "; wait for its end or choose another --save");
}

TrainingLock::~TrainingLock() {
  if (socket_ >= 0) ::close(socket_);
}

}  // namespace odin::native
