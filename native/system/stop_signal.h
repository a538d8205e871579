#pragma once

namespace odin::native {

/// After this call SIGINT (Ctrl-C) and SIGTERM make stop_requested() true instead of ending the
/// program.
void catch_stop_signals();
bool stop_requested();

}  // namespace odin::native
