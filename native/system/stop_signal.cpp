#include "odin/native/system/stop_signal.h"

#include <csignal>

namespace odin::native {
namespace {

volatile std::sig_atomic_t requested = 0;
void request_stop(int) { requested = 1; }

}  // namespace

void catch_stop_signals() {
  std::signal(SIGINT, request_stop);
  std::signal(SIGTERM, request_stop);
}

bool stop_requested() { return requested != 0; }

}  // namespace odin::native
