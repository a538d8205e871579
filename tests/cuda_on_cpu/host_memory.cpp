#include "host_memory.h"

#include <cstdlib>
#include <functional>
#include <map>

namespace cuda_on_cpu {
namespace {

std::map<const char*, std::size_t, std::less<>>& blocks() {
  static auto* blocks = new std::map<const char*, std::size_t, std::less<>>;
  return *blocks;
}

}  // namespace

void* allocate_pinned(std::size_t bytes) {
  void* const pointer = std::malloc(bytes);
  if (pointer != nullptr) blocks()[static_cast<char*>(pointer)] = bytes;
  return pointer;
}

bool release_pinned(void* pointer) {
  if (blocks().erase(static_cast<char*>(pointer)) == 0) return false;
  std::free(pointer);
  return true;
}

bool is_pinned(const void* pointer) {
  const auto* const address = static_cast<const char*>(pointer);
  auto block = blocks().upper_bound(address);
  if (block == blocks().begin()) return false;
  --block;
  return address < block->first + block->second;
}

}  // namespace cuda_on_cpu
