#include <cstring>
#include <vector>

#include "arena.h"
#include "host_memory.h"
#include "queue.h"

using namespace cuda_on_cpu;

namespace {

enum class Place { device, pinned, host, nowhere };

// The kind of memory that a range of bytes is in; nowhere if it is unallocated device memory.
Place place_of(const void* pointer, std::size_t bytes) {
  const std::lock_guard guard(lock());
  const Arena& arena = Arena::instance();
  if (arena.contains(pointer)) return arena.holds(pointer, bytes) ? Place::device : Place::nowhere;
  if (pointer == nullptr) return Place::nowhere;
  return is_pinned(pointer) ? Place::pinned : Place::host;
}

bool fits(cudaMemcpyKind kind, Place to, Place from) {
  if (to == Place::nowhere || from == Place::nowhere) return false;
  const bool to_device = to == Place::device;
  const bool from_device = from == Place::device;
  switch (kind) {
    case cudaMemcpyHostToHost: return !to_device && !from_device;
    case cudaMemcpyHostToDevice: return to_device && !from_device;
    case cudaMemcpyDeviceToHost: return !to_device && from_device;
    case cudaMemcpyDeviceToDevice: return to_device && from_device;
    case cudaMemcpyDefault: return true;
  }
  return false;
}

cudaError_t submit_copy(void* to, const void* from, std::size_t bytes) {
  return submit([=] { std::memmove(to, from, bytes); });
}

cudaError_t copy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind, bool wait) {
  if (no_device()) return cudaErrorNoDevice;
  if (bytes == 0) return wait ? finish() : cudaSuccess;
  const Place source = place_of(from, bytes);
  const Place target = place_of(to, bytes);
  if (!fits(kind, target, source)) return cudaErrorInvalidValue;
  if (source == Place::host && !wait) {
    // A real device also copies such memory before the call returns.
    const auto* const start = static_cast<const char*>(from);
    const std::vector<char> taken(start, start + bytes);
    const cudaError_t error = submit([=] { std::memcpy(to, taken.data(), bytes); });
    if (error != cudaSuccess || target != Place::host) return error;
    return finish();
  }
  const cudaError_t error = submit_copy(to, from, bytes);
  if (error != cudaSuccess) return error;
  return wait || target == Place::host ? finish() : cudaSuccess;
}

cudaError_t set(void* to, int value, std::size_t bytes) {
  if (no_device()) return cudaErrorNoDevice;
  if (bytes == 0) return cudaSuccess;
  const Place place = place_of(to, bytes);
  if (place != Place::device && place != Place::pinned) return cudaErrorInvalidValue;
  return submit([=] { std::memset(to, value, bytes); });
}

}  // namespace

extern "C" {

cudaError_t cudaMalloc(void** pointer, std::size_t bytes) {
  if (no_device()) return report(cudaErrorNoDevice);
  if (pointer == nullptr) return report(cudaErrorInvalidValue);
  *pointer = nullptr;
  if (bytes == 0) return cudaSuccess;
  const std::lock_guard guard(lock());
  *pointer = Arena::instance().allocate(bytes);
  return report(*pointer != nullptr ? cudaSuccess : cudaErrorMemoryAllocation);
}

cudaError_t cudaFree(void* pointer) {
  if (no_device()) return report(cudaErrorNoDevice);
  const cudaError_t error = finish();  // queued work may still use the memory
  const std::lock_guard guard(lock());
  const bool known = pointer == nullptr || Arena::instance().release(pointer);
  return report(known ? error : cudaErrorInvalidValue);
}

cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
  if (no_device()) return report(cudaErrorNoDevice);
  if (free == nullptr || total == nullptr) return report(cudaErrorInvalidValue);
  const std::lock_guard guard(lock());
  const Arena& arena = Arena::instance();
  *total = arena.size();
  *free = arena.size() - arena.used();
  return cudaSuccess;
}

cudaError_t cudaHostAlloc(void** pointer, std::size_t bytes, unsigned flags) {
  constexpr unsigned known =
      cudaHostAllocPortable | cudaHostAllocMapped | cudaHostAllocWriteCombined;
  if (no_device()) return report(cudaErrorNoDevice);
  if (pointer == nullptr || (flags & ~known) != 0) return report(cudaErrorInvalidValue);
  *pointer = nullptr;
  if (bytes == 0) return cudaSuccess;
  const std::lock_guard guard(lock());
  *pointer = allocate_pinned(bytes);
  return report(*pointer != nullptr ? cudaSuccess : cudaErrorMemoryAllocation);
}

cudaError_t cudaMallocHost(void** pointer, std::size_t bytes) {
  return cudaHostAlloc(pointer, bytes, cudaHostAllocDefault);
}

cudaError_t cudaFreeHost(void* pointer) {
  if (no_device()) return report(cudaErrorNoDevice);
  const cudaError_t error = finish();
  const std::lock_guard guard(lock());
  const bool known = pointer == nullptr || release_pinned(pointer);
  return report(known ? error : cudaErrorInvalidValue);
}

cudaError_t cudaHostGetDevicePointer(void** device, void* host, unsigned flags) {
  if (no_device()) return report(cudaErrorNoDevice);
  if (device == nullptr || flags != 0) return report(cudaErrorInvalidValue);
  const std::lock_guard guard(lock());
  *device = is_pinned(host) ? host : nullptr;
  return report(*device != nullptr ? cudaSuccess : cudaErrorInvalidValue);
}

cudaError_t cudaMemcpy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
  return report(copy(to, from, bytes, kind, true));
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t) {
  return report(copy(to, from, bytes, kind, false));
}

cudaError_t cudaMemset(void* to, int value, std::size_t bytes) {
  return report(set(to, value, bytes));
}

cudaError_t cudaMemsetAsync(void* to, int value, std::size_t bytes, cudaStream_t) {
  return report(set(to, value, bytes));
}

}  // extern "C"
