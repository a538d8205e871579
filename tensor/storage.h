#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "odin/tensor/derived.h"
#include "odin/tensor/device.h"

namespace odin::tensor {

/// Memory is aligned so that a kernel's vectors never straddle a cache line at the start of a row.
inline constexpr std::size_t kAlignment = 64;

/// A block of memory. Freed blocks go to a pool and are handed out again: a network allocates the
/// same sizes over and over, and fresh pages from the system cost more than the work done in them.
/// A GPU does its work in the order in which it was asked for, so a block may be handed out again
/// before the work that used it last is done.
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

  /// Marks that somebody writes to the elements, from its beginning to its end.
  class Writing {
   public:
    /// Of nothing where it is null. The storage must outlive it.
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

  /// Counts how often the elements were written to, so that what was worked out from them can be
  /// told to be out of date.
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

/// What the pool has done so far, for benchmarks and for the test that nothing is allocated in the
/// steady state.
struct MemoryStats {
  std::size_t live_bytes;            ///< held by tensors now
  std::size_t peak_bytes;            ///< the most since the last reset_peak_memory()
  std::size_t cached_bytes;          ///< free, waiting to be reused
  std::uint64_t system_allocations;  ///< times that the system was asked for memory
};

MemoryStats memory_stats(Device device = Device::cpu);
void reset_peak_memory(Device device = Device::cpu);
/// Gives the free blocks of all devices back to the system.
void release_cached_memory();

/// Copies bytes within a device or between two; done when it returns if either is the CPU.
void copy_bytes(void* to, Device to_device, const void* from, Device from_device,
                std::size_t bytes);

}  // namespace odin::tensor
