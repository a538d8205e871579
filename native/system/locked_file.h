#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace odin::native {

/// A file that is read and written, by one process at a time; made where there is none. Errors say
/// what the system says, without the file's name.
class LockedFile {
 public:
  /// Throws Error if another process has it, or if it cannot be written.
  explicit LockedFile(const std::string& file);
  ~LockedFile();
  LockedFile(const LockedFile&) = delete;
  LockedFile& operator=(const LockedFile&) = delete;

  std::int64_t size() const;
  void go_to(std::int64_t offset);
  void cut_to(std::int64_t size);
  /// At most as many bytes as `to` has room for; 0 at the end.
  std::size_t read(std::span<char> to);
  /// All of it, unless it throws.
  void write(std::string_view bytes);

 private:
  std::intptr_t file_;  ///< a file descriptor, of Windows a handle
};

}  // namespace odin::native
