#include "odin/native/data_set.h"

namespace odin::native {

Dataset read_split(const std::string& name, bool train) {
  const auto colon = name.find(':');
  const std::string kind = name.substr(0, colon);
  if (colon != std::string::npos && colon + 1 < name.size()) {
    const std::string folder = name.substr(colon + 1);
    if (kind == "cifar10") return read_cifar10(folder, train);
    if (kind == "cifar100") return read_cifar100(folder, train);
  }
  fail("data: expected cifar10:DIR or cifar100:DIR, got '", name, "'");
}

}  // namespace odin::native
