#include "odin/tensor/storage.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <vector>

#include "odin/tensor/error.h"

namespace odin::tensor {
namespace {

// Sizes are rounded up to eight steps a power of two, so that blocks of nearly equal size are shared.
std::size_t rounded(std::size_t bytes) {
  const std::size_t least = std::max<std::size_t>(bytes, 256);
  const std::size_t step = std::bit_floor(least) / 8;
  return (least + step - 1) / step * step;
}

std::byte* system_allocate(std::size_t bytes) {
  void* p = ::operator new (bytes, std::align_val_t{kAlignment}, std::nothrow);
  require(p != nullptr, "out of memory: ", bytes, " bytes could not be allocated");
  return static_cast<std::byte*>(p);
}

void system_free(std::byte* p) { ::operator delete (p, std::align_val_t{kAlignment}); }

class Pool {
 public:
  std::byte* take(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    auto& blocks = free_[bytes];
    std::byte* p;
    if (blocks.empty()) {
      p = system_allocate(bytes);
      ++stats_.system_allocations;
    } else {
      p = blocks.back();
      blocks.pop_back();
      stats_.cached_bytes -= bytes;
    }
    stats_.live_bytes += bytes;
    stats_.peak_bytes = std::max(stats_.peak_bytes, stats_.live_bytes);
    return p;
  }

  void give(std::byte* p, std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    free_[bytes].push_back(p);
    stats_.live_bytes -= bytes;
    stats_.cached_bytes += bytes;
  }

  void release() {
    const std::lock_guard lock(mutex_);
    for (auto& [bytes, blocks] : free_)
      for (auto* p : blocks) system_free(p);
    free_.clear();
    stats_.cached_bytes = 0;
  }

  MemoryStats stats() {
    const std::lock_guard lock(mutex_);
    return stats_;
  }

  void reset_peak() {
    const std::lock_guard lock(mutex_);
    stats_.peak_bytes = stats_.live_bytes;
  }

 private:
  std::mutex mutex_;
  std::map<std::size_t, std::vector<std::byte*>> free_;
  MemoryStats stats_{};
};

// Never destroyed: tensors in static objects may outlive any order of destruction.
Pool& pool() {
  static Pool& instance = *new Pool;
  return instance;
}

}  // namespace

Storage::Storage(std::size_t bytes, Device device) : bytes_(rounded(bytes)), device_(device) {
  require(device == Device::cpu, "storage: this build has no CUDA");
  data_ = pool().take(bytes_);
#ifndef NDEBUG
  std::memset(data_, 0xFF, bytes_);  // NaN: whoever reads what was never written shows it
#endif
}

Storage::~Storage() { pool().give(data_, bytes_); }

MemoryStats memory_stats() { return pool().stats(); }
void reset_peak_memory() { pool().reset_peak(); }
void release_cached_memory() { pool().release(); }

}  // namespace odin::tensor
