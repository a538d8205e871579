#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "include/cuda_runtime.h"

namespace cuda_on_cpu {

/// One lock guards everything: the arena, the queue and whatever runs.
std::mutex& lock();

/// CUDA_VISIBLE_DEVICES is set and names none.
bool no_device();

/// Keeps `error` for the host thread's cudaGetLastError, and returns it.
cudaError_t report(cudaError_t error);

/// Work of all streams waits in one queue, in the order in which it was given, until a call waits
/// for any of it: what a host thread reads without waiting is not there yet, as on a real device.
/// With CUDA_LAUNCH_BLOCKING=1 it runs at once.
cudaError_t submit(std::function<void()> work);

/// Runs what waits. Returns the error of work that failed, once; what waited behind it is dropped.
cudaError_t finish();

/// For the work itself: it failed, and why.
void fail(cudaError_t error, std::string message);

/// What fail() was told last.
std::string failure_message();

}  // namespace cuda_on_cpu
