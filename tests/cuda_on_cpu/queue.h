#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "include/cuda_runtime.h"

namespace cuda_on_cpu {

/// The lock that protects everything: the arena, the queue and the running work.
std::mutex& lock();

/// Whether CUDA_VISIBLE_DEVICES is set and names no device.
bool no_device();

/// Keeps `error` for the host thread's cudaGetLastError, and returns it.
cudaError_t report(cudaError_t error);

/// Adds work to the queue. All streams share one queue in order of submission, and nothing runs
/// until a call waits for it or the queue is full, so that results read without synchronizing are
/// missing, as may happen on a real device. With CUDA_LAUNCH_BLOCKING=1 work runs at once.
cudaError_t submit(std::function<void()> work);

/// Runs the queued work. If work fails, drops the rest and returns the error, once.
cudaError_t finish();

/// Called by the work itself to report a failure.
void fail(cudaError_t error, std::string message);

/// The message of the last fail().
std::string failure_message();

}  // namespace cuda_on_cpu
