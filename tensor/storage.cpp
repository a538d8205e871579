#include "odin/tensor/storage.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <vector>

#include "odin/tensor/backend/cuda/cuda_device.h"
#include "odin/tensor/error.h"

namespace odin::tensor {
namespace {

// Sizes are rounded up to eight steps a power of two, so that blocks of nearly equal size are shared.
std::size_t rounded(std::size_t bytes) {
  const std::size_t least = std::max<std::size_t>(bytes, 256);
  const std::size_t step = std::bit_floor(least) / 8;
  return (least + step - 1) / step * step;
}

/// nullptr when there is not so much left.
std::byte* system_allocate(std::size_t bytes, Device device) {
  if (device == Device::cuda) return cuda::allocate(bytes);
  return static_cast<std::byte*>(
      ::operator new (bytes, std::align_val_t{kAlignment}, std::nothrow));
}

void system_free(std::byte* p, Device device) {
  if (device == Device::cuda) return cuda::free(p);
  ::operator delete (p, std::align_val_t{kAlignment});
}

class Pool {
 public:
  explicit Pool(Device device) : device_(device) {}

  std::byte* take(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    auto& blocks = free_[bytes];
    std::byte* p;
    if (blocks.empty()) {
      p = allocate(bytes);
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
    release_free();
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
  std::byte* allocate(std::size_t bytes) {
    std::byte* p = system_allocate(bytes, device_);
    if (p == nullptr && stats_.cached_bytes > 0) {  // blocks of other sizes may be in the way
      release_free();
      p = system_allocate(bytes, device_);
    }
    require(p != nullptr, "out of memory: ", bytes, " bytes could not be allocated on ",
            name_of(device_), ", where tensors hold ", stats_.live_bytes);
    return p;
  }

  void release_free() {
    for (auto& [bytes, blocks] : free_)
      for (auto* p : blocks) system_free(p, device_);
    free_.clear();
    stats_.cached_bytes = 0;
  }

  const Device device_;
  std::mutex mutex_;
  std::map<std::size_t, std::vector<std::byte*>> free_;
  MemoryStats stats_{};
};

// Never destroyed: tensors in static objects may outlive any order of destruction.
Pool& pool(Device device) {
  static Pool& cpu = *new Pool(Device::cpu);
  static Pool& cuda = *new Pool(Device::cuda);
  return device == Device::cuda ? cuda : cpu;
}

}  // namespace

Storage::Storage(std::size_t bytes, Device device) : bytes_(rounded(bytes)), device_(device) {
  if (device == Device::cuda) require_cuda();
  data_ = pool(device).take(bytes_);
#ifndef NDEBUG
  // NaN: whoever reads what was never written shows it
  if (device == Device::cpu) std::memset(data_, 0xFF, bytes_);
#endif
}

Storage::~Storage() { pool(device_).give(data_, bytes_); }

MemoryStats memory_stats(Device device) { return pool(device).stats(); }
void reset_peak_memory(Device device) { pool(device).reset_peak(); }
void release_cached_memory() {
  for (const Device device : {Device::cpu, Device::cuda}) pool(device).release();
}

void copy_bytes(void* to, Device to_device, const void* from, Device from_device,
                std::size_t bytes) {
  if (bytes == 0) return;
  if (to_device == Device::cpu && from_device == Device::cpu)
    std::memcpy(to, from, bytes);
  else
    cuda::copy(to, to_device, from, from_device, bytes);
}

}  // namespace odin::tensor
