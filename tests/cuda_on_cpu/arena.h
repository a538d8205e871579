#pragma once

#include <cstddef>
#include <map>
#include <string>

namespace cuda_on_cpu {

/// "Device memory": one range of addresses that nobody may touch except while it is open, so that
/// host code which reads or writes it crashes as it would not run on a real device either.
/// Whoever calls holds the lock of queue.h.
class Arena {
 public:
  static Arena& instance();

  /// First fit, every byte 0xFF (NaN as float and double); null where it does not fit.
  void* allocate(std::size_t bytes);
  /// Fills the block with 0xFF; false where no block starts at `pointer`.
  bool release(void* pointer);

  bool contains(const void* pointer) const;
  /// Whether one block holds all the bytes from `pointer` on.
  bool holds(const void* pointer, std::size_t bytes) const;
  std::size_t size() const { return size_; }
  std::size_t used() const { return used_; }

  /// Says which block was written past its end; empty where none was. To be called while open.
  std::string damage();

  /// Memory is open while one of these lives.
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
  std::size_t reached_ = 0;                      // behind the last byte ever given out
  std::map<std::size_t, std::size_t> blocks_{};  // offset -> bytes asked for
  int open_ = 0;
};

}  // namespace cuda_on_cpu
