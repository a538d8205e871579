#pragma once

#include <string>

namespace odin::tests {

/// The path of the tested program.
const char* program();

/// A shell command that runs odin with these arguments. Adds the device of the tests if the command
/// takes one and the arguments do not name one.
std::string call_of_odin(const std::string& arguments);

}  // namespace odin::tests
