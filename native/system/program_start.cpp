#include "odin/native/system/program_start.h"

namespace odin::native {

ProgramStart::ProgramStart(int argc, char** argv) : argc_(argc), argv_(argv) {}

}  // namespace odin::native
