#pragma once

#include <cstdint>
#include <functional>

namespace odin::tensor {

/// Calls body(first, last) for consecutive ranges that cover [0, n), on several threads at once.
/// Ranges hold about `grain` positions or more: too little work to share runs on the caller alone.
/// The body must give each position the same result whichever range it falls in; then results never
/// depend on the number of threads. Every thread has the caller's settings (inherited.h). The first
/// exception thrown in the body is thrown again here.
void parallel_for(std::int64_t n, std::int64_t grain,
                  const std::function<void(std::int64_t first, std::int64_t last)>& body);

/// Threads used from now on by every thread of the program; 0 means as many as the machine has.
void set_num_threads(int threads);
int num_threads();
/// Whether the caller is inside a parallel_for that runs on several threads; one inside it would run
/// on the caller alone.
bool in_parallel();

}  // namespace odin::tensor
