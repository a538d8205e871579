#pragma once

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "odin/tests/native/workshop.h"

namespace odin::tests {

/// The program in a separate process, to which signals can be sent.
class Process {
 public:
  Process(const Workshop& w, const std::string& arguments)
      : command_("cd '" + w.folder().string() + "' && exec " + call_of_odin(arguments) +
                 " >out.txt 2>err.txt"),
        pid_(fork()) {
    if (pid_ != 0) return;
    execl("/bin/sh", "sh", "-c", command_.c_str(), nullptr);
    _exit(127);
  }
  void send(int signal) const { kill(pid_, signal); }
  /// Waits for the end. Returns the exit status, or -1 if a signal ended the process.
  int wait() const {
    int status = 0;
    waitpid(pid_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  std::string command_;
  pid_t pid_;
};

inline void wait_for(const std::string& file) {
  for (int i = 0; i < 6000 && !std::filesystem::exists(file); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  REQUIRE(std::filesystem::exists(file));
}

}  // namespace odin::tests
