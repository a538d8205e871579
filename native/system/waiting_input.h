#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace odin::native {

/// A file, a pipe or standard input ("-") that is read piece by piece, and may keep its reader
/// waiting.
class WaitingInput {
 public:
  /// Throws Error, what the system says alone, if it cannot be opened.
  explicit WaitingInput(const std::string& file);
  ~WaitingInput();
  WaitingInput(const WaitingInput&) = delete;
  WaitingInput& operator=(const WaitingInput&) = delete;

  /// At least one byte and at most as many as `to` has room for; 0 at the end, nothing when `stopped`
  /// became true before there was any. Throws Error, what the system says alone.
  std::optional<std::size_t> read(std::span<char> to, const std::atomic<bool>& stopped);

 private:
  int descriptor_;
};

}  // namespace odin::native
