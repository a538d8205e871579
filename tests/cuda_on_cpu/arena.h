#pragma once

#include <cstddef>
#include <map>
#include <string>

namespace cuda_on_cpu {

/// "Device memory": a range of addresses that can be accessed only while it is open, so that host
/// code that reads or writes it crashes, as with real device memory. Callers must hold the lock of
/// queue.h.
class Arena {
 public:
  static Arena& instance();

  /// Allocates by first fit; every byte is 0xFF (NaN as float and double). Null if it does not fit.
  void* allocate(std::size_t bytes);
  /// Frees a block and fills it with 0xFF; returns false if no block starts at `pointer`.
  bool release(void* pointer);

  bool contains(const void* pointer) const;
  /// Whether all `bytes` from `pointer` on are inside one block.
  bool holds(const void* pointer, std::size_t bytes) const;
  std::size_t size() const { return size_; }
  std::size_t used() const { return used_; }

  /// Reports a block that was written past its end; empty if there is none. Must be called while
  /// open.
  std::string damage();

  /// The memory is open while an Open exists.
  class Open {
   public:
    Open();
    ~Open();
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;
  };

 private:
  Arena();
  void protect(int protection);
  std::size_t footprint(std::size_t bytes) const;

  std::size_t size_;
  char* base_;
  std::size_t used_ = 0;
  std::size_t reached_ = 0;                      // end of the last byte ever allocated
  std::map<std::size_t, std::size_t> blocks_{};  // offset -> requested bytes
  int open_ = 0;
};

}  // namespace cuda_on_cpu
