#include "odin/native/system/stop_signal.h"

#include <csignal>

#include "odin/nn/io/part_file.h"

namespace odin::native {
namespace {

volatile std::sig_atomic_t requested = 0;  // the number of the signal
void request_stop(int signal) { requested = signal; }

void remove_files_and_end(int signal) {
  nn::remove_unfinished_files();
  std::signal(signal, SIG_DFL);
  std::raise(signal);  // delivered when this function has returned
}

}  // namespace

void leave_no_part_files() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT})
    if (std::signal(signal, remove_files_and_end) == SIG_IGN) std::signal(signal, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

void catch_stop_signals() {
  std::signal(SIGINT, request_stop);
  std::signal(SIGTERM, request_stop);
}

bool stop_requested() { return requested != 0; }

int stop_status() { return requested == 0 ? 0 : 128 + requested; }

}  // namespace odin::native
