#pragma once

namespace odin::native {

/// From now on SIGINT (Ctrl-C) and SIGTERM do not end the program but make stop_requested() true.
void catch_stop_signals();
bool stop_requested();

}  // namespace odin::native
