#include "odin/tensor/storage.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <vector>

#include "odin/tensor/backend/cuda/cuda_device.h"
#include "odin/tensor/error.h"

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace odin::tensor {
namespace {

// Rounds sizes up, with eight steps per power of two, so that blocks of nearly equal size are
// reused.
std::size_t rounded(std::size_t bytes) {
  const std::size_t least = std::max<std::size_t>(bytes, 256);
  const std::size_t step = std::bit_floor(least) / 8;
  return (least + step - 1) / step * step;
}

/// Asks the system for a block's pages in one call, since each page that is first touched by itself
/// costs a fault: a third of the time of judging one picture. Larger blocks are left to the threads
/// that will work on them, so that each part is near its thread's processor.
void get_pages([[maybe_unused]] std::byte* block, [[maybe_unused]] std::size_t bytes) {
#ifdef MADV_POPULATE_WRITE
  constexpr std::size_t kPage = 4096, kLeast = 4 * kPage, kMost = 1 << 20;
  if (bytes < kLeast || bytes > kMost) return;
  const auto address = reinterpret_cast<std::uintptr_t>(block);
  const std::size_t before = (kPage - address % kPage) % kPage;
  madvise(block + before, (bytes - before) / kPage * kPage,
          MADV_POPULATE_WRITE);  // or they are touched
#endif
}

/// nullptr if there is not enough memory.
std::byte* system_allocate(std::size_t bytes, Device device) {
  if (device == Device::cuda) return cuda::allocate(bytes);
  auto* block =
      static_cast<std::byte*>(::operator new (bytes, std::align_val_t{kAlignment}, std::nothrow));
  if (block != nullptr) get_pages(block, bytes);
  return block;
}

void system_free(std::byte* p, Device device) {
  if (device == Device::cuda) return cuda::free(p);
  ::operator delete (p, std::align_val_t{kAlignment});
}

/// Free blocks of one device, by size. A network's layers have a dozen sizes for the same purposes:
/// each of its own would take a tenth more memory.
class Shelf {
 public:
  /// A block of at least `bytes` and at most `most`, whose size `bytes` then is; nullptr if there is
  /// none.
  std::byte* take(std::size_t& bytes, std::size_t most) {
    const std::lock_guard lock(mutex_);
    for (auto at = blocks_.lower_bound(bytes); at != blocks_.end() && at->first <= most; ++at) {
      if (at->second.empty()) continue;
      std::byte* p = at->second.back();
      at->second.pop_back();
      bytes = at->first;
      return p;
    }
    return nullptr;
  }

  void give(std::byte* p, std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    blocks_[bytes].push_back(p);
  }

  /// Returns all blocks to the system; the result is their total size in bytes.
  std::size_t clear(Device device) {
    const std::lock_guard lock(mutex_);
    std::size_t freed = 0;
    for (auto& [bytes, blocks] : blocks_)
      for (auto* p : blocks) {
        system_free(p, device);
        freed += bytes;
      }
    blocks_.clear();
    return freed;
  }

 private:
  std::mutex mutex_;
  std::map<std::size_t, std::vector<std::byte*>> blocks_;
};

/// The pool of free blocks of one device. A thread prefers blocks that it freed itself, which may
/// still be in its processor's cache, then takes those of other threads, then somewhat larger ones,
/// then allocates from the system.
class Pool {
 public:
  explicit Pool(Device device) : device_(device) {}

  /// `bytes` becomes the size of the block.
  std::byte* take(std::size_t& bytes) {
    std::byte* p = nullptr;
    for (const std::size_t most : {bytes, bytes + bytes / 2})
      for (std::size_t i = 0; i < kShelves && p == nullptr; ++i)
        p = shelves_[(own_shelf() + i) % kShelves].blocks.take(bytes, most);
    if (p == nullptr) p = allocate(bytes);
    const std::size_t live = live_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
    std::size_t peak = peak_.load(std::memory_order_relaxed);
    while (peak < live && !peak_.compare_exchange_weak(peak, live, std::memory_order_relaxed)) {
    }
    return p;
  }

  /// Called by destructors: it must not throw.
  void give(std::byte* p, std::size_t bytes) {
    live_.fetch_sub(bytes, std::memory_order_relaxed);
    try {
      shelves_[own_shelf()].blocks.give(p, bytes);
    } catch (const std::bad_alloc&) {  // no memory to remember the block with
      system_free(p, device_);
      allocated_ -= bytes;
    }
  }

  void release() {
    for (Slot& slot : shelves_) allocated_ -= slot.blocks.clear(device_);
  }

  MemoryStats stats() const {
    const std::size_t live = live_, allocated = allocated_;
    return {.live_bytes = live,
            .peak_bytes = peak_,
            .cached_bytes = allocated > live ? allocated - live : 0,
            .system_allocations = system_allocations_};
  }

  void reset_peak() { peak_ = live_.load(); }

 private:
  static constexpr std::size_t kShelves = 16;
  struct alignas(64) Slot {
    Shelf blocks;
  };

  static std::size_t own_shelf() {
    static std::atomic<std::size_t> threads{0};
    thread_local const std::size_t number = threads++ % kShelves;
    return number;
  }

  std::byte* allocate(std::size_t bytes) {
    std::byte* p = system_allocate(bytes, device_);
    if (p == nullptr) {  // free blocks of other sizes may take up the memory
      release();
      p = system_allocate(bytes, device_);
    }
    if (p == nullptr)
      fail<ResourceError>("out of memory: ", bytes, " bytes could not be allocated on ",
                          name_of(device_), ", where tensors hold ", live_.load());
    allocated_ += bytes;
    ++system_allocations_;
    return p;
  }

  const Device device_;
  std::array<Slot, kShelves> shelves_;
  std::atomic<std::size_t> live_{0}, peak_{0};
  std::atomic<std::size_t> allocated_{0};
  std::atomic<std::uint64_t> system_allocations_{0};
};

// Never destroyed: tensors in static objects may be destroyed after it would be.
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
  // Fills the block with NaN, so that a read of uninitialized elements shows in the result.
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
