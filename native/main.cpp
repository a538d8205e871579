#include <exception>

#include "odin/native/commands/commands.h"
#include "odin/native/ranks/job.h"
#include "odin/native/system/console.h"

int main(int argc, char** argv) {
  try {
    const auto job = odin::native::start_job(argc, argv);
    return odin::native::run_program(argc, argv, *job);
  } catch (const std::exception& e) {
    odin::native::tell("odin: ", odin::native::error_text(e));
    return 1;
  }
}
