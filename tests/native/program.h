#pragma once

#include <string>

namespace odin::tests {

/// The words of a shell command that start the tested program: its path in quotes, after that of an
/// emulator if it is compiled for another processor.
const char* program();

/// A shell command that runs odin with these arguments. Adds the device of the tests if the command
/// takes one and the arguments do not name one.
std::string call_of_odin(const std::string& arguments);

}  // namespace odin::tests
