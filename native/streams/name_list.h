#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "odin/native/system/waiting_input.h"

namespace odin::native {

/// Reads names one after the other from a file, a pipe or standard input ("-"), in constant memory.
/// They are separated by NUL if there is one in the first 8 KiB (find -print0), which no name can
/// have, otherwise by ends of lines, with a carriage return or without. Empty lines and a byte order
/// mark are passed over. Not thread-safe but for stop().
class NameList {
 public:
  /// Throws Error if it cannot be opened.
  explicit NameList(const std::string& file);

  /// The next name, or nothing at the end. Throws Error, which says the list, if it cannot be read
  /// or is no list of names.
  std::optional<std::string> next();
  /// Makes a next() that waits for input return nothing.
  void stop() { stopped_ = true; }

 private:
  void begin();
  bool read_more();
  std::string prefix() const;

  std::string file_;
  std::unique_ptr<WaitingInput> input_;
  bool begun_ = false, ended_ = false;
  char separator_ = '\n';
  std::string buffer_;
  std::size_t at_ = 0;
  std::int64_t count_ = 0;
  std::atomic<bool> stopped_ = false;
};

}  // namespace odin::native
