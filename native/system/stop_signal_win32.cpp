#include <windows.h>

#include <atomic>

#include "odin/native/system/stop_signal.h"
#include "odin/nn/io/part_file.h"

namespace odin::native {
namespace {

std::atomic<bool> catches = false, requested = false;

/// Ctrl-C and Ctrl-Break may stop a program in good order; when the window is closed there is no
/// time for it. Windows calls this on a thread of its own.
BOOL WINAPI on_control(DWORD event) {
  if (catches && (event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT)) {
    requested = true;
    return TRUE;
  }
  nn::remove_unfinished_files();
  return FALSE;  // the next handler ends the program
}

}  // namespace

void leave_no_part_files() { SetConsoleCtrlHandler(on_control, TRUE); }

void catch_stop_signals() { catches = true; }

bool stop_requested() { return requested; }

int stop_status() {
  constexpr int kInterrupted = 130;  // as after SIGINT
  return requested ? kInterrupted : 0;
}

}  // namespace odin::native
