#pragma once

#include <cstddef>

namespace cuda_on_cpu {

/// Pinned memory, for cudaHostAlloc. Callers must hold the lock of queue.h.
void* allocate_pinned(std::size_t bytes);
bool release_pinned(void* pointer);
bool is_pinned(const void* pointer);

}  // namespace cuda_on_cpu
