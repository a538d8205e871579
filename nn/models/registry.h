#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "odin/nn/models/architecture.h"

namespace odin::nn {

/// Every family of networks that a name can stand for.
std::span<const Architecture* const> architectures();

/// What a name stands for: "wrn-28-10" is the family wrn with the numbers 28 and 10.
struct ArchitectureName {
  const Architecture* architecture;
  std::vector<std::int64_t> options;
};

/// Empty when no family has such names. Whether the numbers make a network is for make() to say.
std::optional<ArchitectureName> parse_architecture(std::string_view name);

/// The family of a network's name; null where there is none.
const Architecture* find_architecture(std::string_view name);

/// The form of each family's names, for messages: "densenet-bc-L-k or wrn-d-w".
std::string architecture_forms();
/// The same, and which numbers are legal: "densenet-bc-L-k (L 4 more than a multiple of 6) or ...".
std::string architecture_help();

}  // namespace odin::nn
