#include "odin/native/commands/commands.h"

int main(int argc, char** argv) { return odin::native::run_program(argc, argv); }
