#pragma once

#include <cstdint>
#include <functional>

namespace odin::tensor {

/// Splits [0, n) into ranges of about `grain` positions or more and calls body(first, last) for
/// each, on several threads; a single range runs on the calling thread. `body` must be thread-safe,
/// and its result for a position must not depend on the range that the position is in: then results
/// do not depend on the number of threads. Worker threads inherit the caller's settings
/// (inherited.h). The first exception thrown by `body` is rethrown here. Thread-safe: callers at the
/// same time share num_threads();
/// nested calls are not parallel.
void parallel_for(std::int64_t n, std::int64_t grain,
                  const std::function<void(std::int64_t first, std::int64_t last)>& body);

/// The number of threads that every later parallel_for of the program uses; 0 means one for each
/// processor. Throws if negative. Thread-safe.
void set_num_threads(int threads);
int num_threads();
/// Whether the calling thread is inside a parallel_for that runs on several threads. A nested
/// parallel_for runs on the calling thread only.
bool in_parallel();

}  // namespace odin::tensor
