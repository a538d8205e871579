#include "odin/tests/native/program.h"

namespace odin::tests {

const char* program() { return ODIN_PROGRAM; }

}  // namespace odin::tests
