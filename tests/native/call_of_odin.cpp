#include <set>

#include "odin/tests/device.h"
#include "odin/tests/native/program.h"

namespace odin::tests {

std::string call_of_odin(const std::string& arguments) {
  static const std::set<std::string> computing{"bench", "detect", "evaluate", "train", "tune"};
  std::string call = std::string(program()) + " " + arguments;
  if (device() != tensor::Device::cpu &&
      computing.contains(arguments.substr(0, arguments.find(' '))) &&
      arguments.find("--device") == arguments.npos)
    call += std::string(" --device ") + name_of(device());
  return call;
}

}  // namespace odin::tests
