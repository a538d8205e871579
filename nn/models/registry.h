#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "odin/nn/models/architecture.h"
#include "odin/nn/state_dict.h"

namespace odin::nn {

/// All families of networks.
std::span<const Architecture* const> architectures();

/// A parsed name: "wrn-28-10" is the family wrn with the options 28 and 10.
struct ArchitectureName {
  const Architecture* architecture;
  std::vector<std::int64_t> options;
};

/// Empty if the name belongs to no family. Does not check that the numbers are legal; make() does.
std::optional<ArchitectureName> parse_architecture(std::string_view name);

/// The family of a network's name; null if there is none.
const Architecture* find_architecture(std::string_view name);

/// The tensors of a checkpoint under the names that the network itself has (Architecture::our_name).
StateDict with_our_names(const StateDict& state, std::string_view architecture);

/// The form of a family's names: "wrn-d-w".
std::string form_of(const Architecture& architecture);

/// The form of the families' names, for messages: "densenet-bc-L-k or wrn-d-w".
std::string architecture_forms();
/// The same with the legal numbers: "densenet-bc-L-k (L 4 more than a multiple of 6) or ...".
std::string architecture_help();

}  // namespace odin::nn
