#pragma once

#include <string>
#include <vector>

namespace odin::native {

/// What main() was called with, in UTF-8.
class ProgramStart {
 public:
  /// To be constructed first in main(). On Windows it also has the console show UTF-8, and lets
  /// everything pass through stdin and stdout as it is.
  ProgramStart(int argc, char** argv);
  ProgramStart(const ProgramStart&) = delete;
  ProgramStart& operator=(const ProgramStart&) = delete;

  int& argc() { return argc_; }
  char**& argv() { return argv_; }

 private:
  int argc_;
  char** argv_;
  std::vector<std::string> words_;
  std::vector<char*> pointers_;
};

}  // namespace odin::native
