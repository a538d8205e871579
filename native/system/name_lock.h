#pragma once

#include <cstdint>
#include <string>

namespace odin::native {

/// A name in the kernel of this machine that one program at a time can have. It ends with the
/// program, however that ends, and leaves no file: other machines and other containers do not see it.
class NameLock {
 public:
  explicit NameLock(const std::string& name);
  ~NameLock();
  NameLock(const NameLock&) = delete;
  NameLock& operator=(const NameLock&) = delete;

  /// Whether another has it. Where the system forbids such names, nobody has.
  bool is_of_another() const { return of_another_; }

 private:
  std::intptr_t lock_;  ///< a file descriptor, of Windows a handle
  bool of_another_ = false;
};

}  // namespace odin::native
