#include <doctest/doctest.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <optional>
#include <sstream>

#include "odin/tests/device.h"
#include "odin/tests/native/workshop.h"
#include "odin/tests/nn/io_fixtures.h"

// What a process has in memory, seen at its very end. It is traced, which a container may forbid: then
// nothing is known, and nothing tested.

using namespace odin;
using tests::contains;
using tests::Workshop;

namespace {

/// Of a process at its end.
struct Memory {
  long peak_kib = 0;
  std::string maps;  ///< the files that it has in memory
};

std::optional<long> peak_kib(const std::string& status) {
  const auto at = status.find("VmHWM:");
  if (at == status.npos) return std::nullopt;
  return std::stol(status.substr(at + 6));
}

/// Follows a process that asked to be traced, up to its end.
std::optional<Memory> follow(pid_t pid) {
  std::optional<Memory> seen;
  for (int status = 0; waitpid(pid, &status, 0) == pid && WIFSTOPPED(status);) {
    ptrace(PTRACE_SETOPTIONS, pid, nullptr, PTRACE_O_TRACEEXIT | PTRACE_O_TRACEEXEC);
    if (status >> 8 == (SIGTRAP | (PTRACE_EVENT_EXIT << 8))) {
      const std::string folder = "/proc/" + std::to_string(pid) + "/";
      if (const auto peak = peak_kib(tests::read_text(folder + "status")))
        seen = Memory{*peak, tests::read_text(folder + "maps")};
    }
    ptrace(PTRACE_CONT, pid, nullptr, nullptr);
  }
  return seen;
}

std::optional<Memory> run_traced(const Workshop& w, const std::string& arguments) {
  const std::string command = "cd '" + w.folder().string() + "' && exec " +
                              tests::call_of_odin(arguments) + " >out.txt 2>err.txt";
  const pid_t pid = fork();
  if (pid != 0) return follow(pid);
  if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0)
    execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
  _exit(127);
}

/// Whether the program was compiled to be small and fast: neither for debugging nor for a sanitizer.
constexpr bool is_lean() {
#if !defined(NDEBUG) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    defined(ODIN_EMULATED)
  return false;
#else
  return true;
#endif
}

}  // namespace

TEST_SUITE("native/commands") {
  TEST_CASE("one detection takes less than 15 MB, and no libraries of other files") {
    if (!is_lean()) return;
    const Workshop w;
    const std::string samples = ODIN_SOURCE_DIR "/native/samples/known";
    const std::string model = ODIN_SOURCE_DIR "/weights/densenet-bc-40-12-cifar10.safetensors";
    const std::string command =
        "detect --threads 2 --model '" + model + "' '" + samples + "/ship.png'";
    const auto process = run_traced(w, command);
    if (!process) return;
    CHECK(contains(tests::read_text(w.path("out.txt")), "ship"));
    for (const char* library : {"libzip", "libarchive", "libcrypto", "libxml2"}) {
      CAPTURE(library);
      CHECK(!contains(process->maps, library));
    }
    if (tests::device() == tensor::Device::cpu) CHECK(process->peak_kib * 1024 < 15'000'000);
  }
}
