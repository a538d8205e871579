#include <fcntl.h>
#include <io.h>

#include <cerrno>
#include <cstring>

#include "odin/native/system/waiting_input.h"
#include "odin/native/system/wide_text.h"
#include "odin/tensor/error.h"

namespace odin::native {

WaitingInput::WaitingInput(const std::string& file)
    : descriptor_(file == "-" ? _dup(0)
                              : _wopen(wide(file).c_str(), _O_RDONLY | _O_BINARY | _O_NOINHERIT)) {
  require(descriptor_ >= 0, std::strerror(errno));
}

WaitingInput::~WaitingInput() { _close(descriptor_); }

/// Windows cannot wait for files and pipes alike: what is silent is noticed to be stopped when it says
/// something.
std::optional<std::size_t> WaitingInput::read(std::span<char> to,
                                              const std::atomic<bool>& stopped) {
  if (stopped) return std::nullopt;
  const int count = _read(descriptor_, to.data(), static_cast<unsigned>(to.size()));
  require(count >= 0, std::strerror(errno));
  return static_cast<std::size_t>(count);
}

}  // namespace odin::native
