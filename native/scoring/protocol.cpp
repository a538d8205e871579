#include "odin/native/scoring/protocol.h"

#include <algorithm>
#include <array>

#include "odin/native/sets/paper_sets.h"
#include "odin/nn/models/registry.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

constexpr std::array<const char*, 3> kNames = {"own", "paper", "code"};

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
  const nn::Architecture* family = nn::find_architecture(architecture);
  if (!family || (classes != 10 && classes != 100)) return std::nullopt;
  const std::string name = paper_name(out);
  for (const nn::PublishedEpsilon& row : family->published.epsilons)
    if (row.out == name)
      return PublishedEpsilon{classes == 10 ? row.cifar10 : row.cifar100,
                              name + ", " + std::string(family->published.family) + ", CIFAR-" +
                                  std::to_string(classes)};
  return std::nullopt;
}

}  // namespace odin::native
