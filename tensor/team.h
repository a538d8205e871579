#pragma once

#include <cstdint>
#include <functional>

// The thread pool behind parallel_for, its only user. CMake chooses the implementation:
// team_pool.cpp, or team_openmp.cpp for programs that use OpenMP themselves.

namespace odin::tensor::team {

/// Limits of run(): the number of threads, and of ranges per thread.
inline constexpr int kMostThreads = 1000, kRangesOfThread = 4;

/// The number of this machine's processors.
int processors();
/// Whether the calling thread is inside a run() on several threads.
bool inside();
/// Calls f(0), ..., f(ranges - 1) on up to `threads` threads, including the calling one, and
/// returns when all calls have finished. f must not throw. A free thread takes the next range.
void run(int threads, std::int64_t ranges, const std::function<void(std::int64_t)>& f);

}  // namespace odin::tensor::team
