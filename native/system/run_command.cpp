#include "odin/native/system/run_command.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {

int run_command(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int error =
      posix_spawnp(&child, words.front().c_str(), nullptr, nullptr, arguments.data(), environ);
  const auto require_installed = [&](bool found) {
    require(found, "the program ", nn::quote(words.front()), " is needed and not installed");
  };
  require_installed(error != ENOENT);
  require(error == 0, nn::quote(words.front()), " cannot be started: ", std::strerror(error));
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    require(errno == EINTR, nn::quote(words.front()), ": ", std::strerror(errno));
  // Where the system learns too late that there is no such program, as under an emulator, this
  // status says so (POSIX, posix_spawn).
  constexpr int kNotStarted = 127;
  require_installed(!WIFEXITED(status) || WEXITSTATUS(status) != kNotStarted);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace odin::native
