#pragma once

#include <functional>

namespace cuda_on_cpu {

/// Runs `thread` for every thread of the block described by the variables of device_code.h. Returns
/// false, after calling fail(), if threads wait at a barrier that others never reach.
bool run_block(const std::function<void()>& thread);

}  // namespace cuda_on_cpu
