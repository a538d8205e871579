#pragma once

#include <cstdint>
#include <functional>

// The threads below parallel_for, which is all that the rest of the project sees. CMake chooses the
// implementation: team_pool.cpp, or team_openmp.cpp for programs that use OpenMP themselves.

namespace odin::tensor::team {

/// The most that run() takes: threads, and ranges for each of them.
inline constexpr int kMostThreads = 1000, kRangesOfThread = 4;

/// Processors of this machine.
int processors();
/// Whether the caller is inside a run() on several threads.
bool inside();
/// Calls f(0), ..., f(ranges - 1) on `threads` threads, the caller's among them, and returns when all
/// are done. f must not throw. Ranges are taken as threads come free; where there are as many as
/// threads, a thread gets the same one every time, if it is there in time.
void run(int threads, std::int64_t ranges, const std::function<void(std::int64_t)>& f);

}  // namespace odin::tensor::team
