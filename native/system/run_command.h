#pragma once

#include <string>
#include <vector>

namespace odin::native {

/// Runs a program with arguments: words[0] is searched in PATH, no shell is involved, and the
/// output goes to our stdout and stderr. Returns its exit status, or 128 + the number of the signal
/// that ended it. Throws Error if it is not installed or cannot be started.
int run_command(const std::vector<std::string>& words);

}  // namespace odin::native
