#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>

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

/// A pipe with a name, which a program that opens it waits at.
class NamedPipe {
 public:
  explicit NamedPipe(std::string path) : path_(std::move(path)) {
    REQUIRE(mkfifo(path_.c_str(), 0600) == 0);
  }
  ~NamedPipe() {
    if (open_ >= 0) ::close(open_);
  }
  NamedPipe(const NamedPipe&) = delete;
  NamedPipe& operator=(const NamedPipe&) = delete;

  /// Waits until a program reads, which gets nothing.
  void wait_for_reader() {
    for (int i = 0; i < 6000 && open_ < 0; ++i) {
      open_ = ::open(path_.c_str(), O_WRONLY | O_NONBLOCK);
      if (open_ < 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    REQUIRE(open_ >= 0);
  }

 private:
  std::string path_;
  int open_ = -1;
};

inline void wait_for(const std::string& file) {
  for (int i = 0; i < 6000 && !std::filesystem::exists(file); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  REQUIRE(std::filesystem::exists(file));
}

}  // namespace odin::tests
