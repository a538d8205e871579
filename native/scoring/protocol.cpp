#include "odin/native/scoring/protocol.h"

#include <algorithm>
#include <array>

#include "odin/native/sets/paper_sets.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

constexpr std::array<const char*, 3> kNames = {"own", "paper", "code"};

struct Row {
  const char* name;
  double densenet10, densenet100, wrn10, wrn100;
};

constexpr Row kTable[] = {{"TinyImageNet (crop)", 0.0014, 0.0014, 0.0005, 0.0028},
                          {"TinyImageNet (resize)", 0.0014, 0.0028, 0.0011, 0.0028},
                          {"LSUN (crop)", 0, 0.0028, 0, 0.0048},
                          {"LSUN (resize)", 0.0014, 0.0028, 0.0006, 0.002},
                          {"iSUN", 0.0014, 0.0028, 0.0008, 0.0028},
                          {"Uniform", 0.0014, 0.0028, 0.0014, 0.0028},
                          {"Gaussian", 0.0014, 0.0028, 0.0014, 0.0028}};

}  // namespace

std::string name_of(Protocol protocol) { return kNames[static_cast<std::size_t>(protocol)]; }

Protocol parse_protocol(const std::string& name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  require(found != kNames.end(), "protocol: expected own, paper or code, got '", name, "'");
  return static_cast<Protocol>(found - kNames.begin());
}

std::int64_t images_left_out(Protocol protocol) { return protocol == Protocol::code ? 1000 : 0; }

double paper_epsilon(std::size_t classes) { return classes == 100 ? 0.002 : 0.0014; }

std::optional<PublishedEpsilon> published_epsilon(const std::string& architecture,
                                                  std::size_t classes, const SetSpec& out) {
  const bool densenet = architecture.starts_with("densenet"), wrn = architecture.starts_with("wrn");
  if ((!densenet && !wrn) || (classes != 10 && classes != 100)) return std::nullopt;
  const std::string name = paper_name(out);
  for (const Row& row : kTable) {
    if (row.name != name) continue;
    const double epsilon = densenet ? (classes == 10 ? row.densenet10 : row.densenet100)
                                    : (classes == 10 ? row.wrn10 : row.wrn100);
    return PublishedEpsilon{epsilon, name + (densenet ? ", DenseNet, CIFAR-" : ", WRN, CIFAR-") +
                                         std::to_string(classes)};
  }
  return std::nullopt;
}

}  // namespace odin::native
