#include "odin/native/system/waiting_input.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "odin/tensor/error.h"

namespace odin::native {

WaitingInput::WaitingInput(const std::string& file)
    : descriptor_(file == "-" ? ::dup(STDIN_FILENO) : ::open(file.c_str(), O_RDONLY | O_CLOEXEC)) {
  require(descriptor_ >= 0, std::strerror(errno));
}

WaitingInput::~WaitingInput() { ::close(descriptor_); }

/// Waits in short turns, since a pipe may stay silent.
std::optional<std::size_t> WaitingInput::read(std::span<char> to,
                                              const std::atomic<bool>& stopped) {
  while (!stopped) {
    pollfd input{descriptor_, POLLIN, 0};
    constexpr int kMilliseconds = 100;
    if (::poll(&input, 1, kMilliseconds) == 0) continue;
    const ssize_t count = ::read(descriptor_, to.data(), to.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    require(count >= 0, std::strerror(errno));
    return static_cast<std::size_t>(count);
  }
  return std::nullopt;
}

}  // namespace odin::native
