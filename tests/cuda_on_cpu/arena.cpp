#include "arena.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace cuda_on_cpu {
namespace {

constexpr std::size_t kAlignment = 256;
constexpr std::size_t kGuard = 256;  // at least this many bytes after a block must stay 0xFF
constexpr int kFill = 0xff;

[[noreturn]] void give_up(const char* what) {
  std::fprintf(stderr, "CUDA on the CPU: %s\n", what);
  std::abort();
}

std::size_t bytes_from_environment() {
  const char* text = std::getenv("CUDA_ON_CPU_BYTES");
  if (text == nullptr) return std::size_t{4} << 30;
  const std::size_t bytes = std::strtoull(text, nullptr, 10) / 4096 * 4096;
  if (bytes == 0) give_up("CUDA_ON_CPU_BYTES is not a number of bytes from 4096 on");
  return bytes;
}

}  // namespace

Arena& Arena::instance() {
  static Arena* const arena = new Arena;  // outlives static objects that free memory
  return *arena;
}

Arena::Arena()
    : size_(bytes_from_environment()),
      base_(static_cast<char*>(
          mmap(nullptr, size_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))) {
  if (base_ == MAP_FAILED) give_up("no room for CUDA_ON_CPU_BYTES of addresses");
}

void Arena::protect(int protection) {
  const std::size_t pages = (reached_ + 4095) / 4096 * 4096;
  if (pages > 0 && mprotect(base_, pages, protection) != 0) give_up("mprotect failed");
}

Arena::Open::Open() {
  Arena& arena = instance();
  if (arena.open_++ == 0) arena.protect(PROT_READ | PROT_WRITE);
}

Arena::Open::~Open() {
  Arena& arena = instance();
  if (--arena.open_ == 0) arena.protect(PROT_NONE);
}

std::size_t Arena::footprint(std::size_t bytes) const {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment + kGuard;
}

void* Arena::allocate(std::size_t bytes) {
  if (bytes > size_) return nullptr;
  const std::size_t needed = footprint(bytes);
  std::size_t offset = 0;
  for (const auto& [start, length] : blocks_) {
    if (start - offset >= needed) break;
    offset = start + footprint(length);
  }
  if (offset + needed > size_) return nullptr;
  blocks_[offset] = bytes;
  used_ += needed;
  reached_ = std::max(reached_, offset + needed);
  const Open open;
  std::memset(base_ + offset, kFill, needed);
  return base_ + offset;
}

bool Arena::release(void* pointer) {
  if (!contains(pointer)) return false;
  const auto block = blocks_.find(static_cast<std::size_t>(static_cast<char*>(pointer) - base_));
  if (block == blocks_.end()) return false;
  const std::size_t bytes = footprint(block->second);
  {
    const Open open;
    std::memset(pointer, kFill, bytes);
  }
  used_ -= bytes;
  blocks_.erase(block);
  return true;
}

bool Arena::contains(const void* pointer) const {
  return pointer >= base_ && pointer < base_ + size_;
}

bool Arena::holds(const void* pointer, std::size_t bytes) const {
  if (!contains(pointer)) return false;
  const auto offset = static_cast<std::size_t>(static_cast<const char*>(pointer) - base_);
  auto block = blocks_.upper_bound(offset);
  if (block == blocks_.begin()) return false;
  --block;
  const std::size_t end = block->first + block->second;
  return offset <= end && bytes <= end - offset;
}

std::string Arena::damage() {
  for (const auto& [offset, bytes] : blocks_) {
    const char* guard = base_ + offset + bytes;
    const std::size_t length = footprint(bytes) - bytes;
    const auto intact = [](char byte) { return byte == static_cast<char>(kFill); };
    const char* written = std::find_if_not(guard, guard + length, intact);
    if (written == guard + length) continue;
    std::memset(base_ + offset + bytes, kFill, length);  // so that it is reported only once
    return "device memory was written " + std::to_string(written - guard) +
           " bytes behind the end of a block of " + std::to_string(bytes) + " bytes";
  }
  return {};
}

}  // namespace cuda_on_cpu
