#include <exception>

#include "odin/native/commands/commands.h"
#include "odin/native/ranks/job.h"
#include "odin/native/system/console.h"
#include "odin/native/system/program_start.h"

int main(int argc, char** argv) {
  try {
    odin::native::ProgramStart start(argc, argv);
    const auto job = odin::native::start_job(start.argc(), start.argv());
    return odin::native::run_program(start.argc(), start.argv(), *job);
  } catch (const std::exception& e) {
    odin::native::tell("odin: ", odin::native::error_text(e));
    return 1;
  }
}
