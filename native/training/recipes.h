#pragma once

#include <string>
#include <vector>

#include "odin/native/training/options.h"

namespace odin::native {

/// A recipe: the options with which one family of networks is trained. Each family declares its own
/// (nn/models/registry.h).
struct Recipe {
  std::string name;          ///< "paper", "fast"
  std::string architecture;  ///< prefix of the names of its networks: "densenet-bc", "wrn"
  std::string source;        ///< paper or document that the numbers come from
  TrainingOptions options;
};

const std::vector<Recipe>& recipes();

/// "paper" where the network's family has it, else the first recipe that it has.
std::string default_recipe(const std::string& architecture);

/// The options of a recipe for a network. Throws if there is no such recipe; the message lists the
/// names.
TrainingOptions recipe_options(const std::string& recipe, const std::string& architecture);

/// The table as text, for --help.
std::string recipe_table();

}  // namespace odin::native
