#pragma once

#include <string>

namespace odin::tests {

/// The odin that is tested.
const char* program();

/// For a shell: odin with these arguments, and on the device that the tests compute on, where its command
/// computes and the arguments do not say otherwise.
std::string call_of_odin(const std::string& arguments);

}  // namespace odin::tests
