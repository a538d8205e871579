#pragma once

#include <string>
#include <vector>

namespace odin::native {

/// Runs a program (found as a shell finds it, but no shell is involved) with the given arguments,
/// its output going where ours goes, and returns its exit status, or 128 + the signal that ended
/// it. Throws Error when it is not installed or cannot be started.
int run_command(const std::vector<std::string>& words);

}  // namespace odin::native
