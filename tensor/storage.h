#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "odin/tensor/derived.h"
#include "odin/tensor/device.h"

namespace odin::tensor {

/// Alignment of a block in bytes: a cache line, so that vectors at its start do not straddle two.
inline constexpr std::size_t kAlignment = 64;

/// A block of memory. Freed blocks go to a pool of free blocks and are reused: a network allocates
/// the same sizes again and again, and new pages from the system cost more than the work done in
/// them. A GPU runs its work in the order of submission, so a block may be reused before the work
/// that used it last has finished.
class Storage {
 public:
  explicit Storage(std::size_t bytes, Device device = Device::cpu);
  ~Storage();
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  const std::byte* data() const { return data_; }
  std::size_t bytes() const { return bytes_; }
  Device device() const { return device_; }

  std::byte* mutable_data() { return data_; }

  /// While it lives, the elements are marked as being written to. Its end increments version().
  class Writing {
   public:
    /// Marks nothing if `storage` is null. The storage must outlive it.
    explicit Writing(Storage* storage) : storage_(storage) {
      if (storage_) storage_->writers_.fetch_add(1, std::memory_order_acq_rel);
    }
    ~Writing() {
      if (!storage_) return;
      storage_->version_.fetch_add(1, std::memory_order_acq_rel);
      storage_->writers_.fetch_sub(1, std::memory_order_acq_rel);
    }
    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;

   private:
    Storage* storage_;
  };

  /// How often the elements were written to; tells whether values derived from them (derived.h) are
  /// out of date.
  std::uint64_t version() const { return version_.load(std::memory_order_acquire); }
  bool being_written() const { return writers_.load(std::memory_order_acquire) > 0; }
  DerivedValues& derived_values() { return derived_values_; }

 private:
  std::byte* data_;
  std::size_t bytes_;
  Device device_;
  std::atomic<std::uint64_t> version_{0};
  std::atomic<int> writers_{0};
  DerivedValues derived_values_;
};

/// Statistics of a device's memory pool, in bytes.
struct MemoryStats {
  std::size_t live_bytes;            ///< in use by tensors now
  std::size_t peak_bytes;            ///< most in use since the last reset_peak_memory()
  std::size_t cached_bytes;          ///< in free blocks, kept for reuse
  std::uint64_t system_allocations;  ///< number of allocations from the system
};

// These functions are thread-safe.
MemoryStats memory_stats(Device device = Device::cpu);
void reset_peak_memory(Device device = Device::cpu);
/// Returns the free blocks of all devices to the system.
void release_cached_memory();

/// Copies bytes within a device or between two. If either is the CPU, the copy has finished on
/// return.
void copy_bytes(void* to, Device to_device, const void* from, Device from_device,
                std::size_t bytes);

}  // namespace odin::tensor
