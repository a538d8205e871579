#pragma once

namespace odin::native {

/// To be called once, first in the program. After it SIGINT, SIGTERM, SIGHUP and SIGQUIT remove
/// the files that are being written before they end the program, and a write beyond the limit of a
/// file's size (SIGXFSZ) is an error like that of a full disk.
void leave_no_part_files();

/// After this call SIGINT (Ctrl-C) and SIGTERM make stop_requested() true instead of ending the
/// program.
void catch_stop_signals();
bool stop_requested();

/// The exit status of a program that a signal has ended, as shells know it: 130 after SIGINT, 143
/// after SIGTERM; 0 where none has come.
int stop_status();

}  // namespace odin::native
