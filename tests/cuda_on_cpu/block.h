#pragma once

#include <functional>

namespace cuda_on_cpu {

/// Runs `thread` for every thread of the block that the variables of device_code.h describe.
/// False, after fail(), where threads wait for others that do not come.
bool run_block(const std::function<void()>& thread);

}  // namespace cuda_on_cpu
