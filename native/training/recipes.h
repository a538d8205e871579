#pragma once

#include <string>
#include <vector>

#include "odin/native/training/options.h"

namespace odin::native {

/// A line of the table of recipes: how one family of networks is trained. Each family declares its own
/// (nn/models/registry.h).
struct Recipe {
  std::string name;          ///< "paper", "fast"
  std::string architecture;  ///< how the names of its networks begin: "densenet-bc", "wrn"
  std::string source;        ///< where the numbers come from
  TrainingOptions options;
};

const std::vector<Recipe>& recipes();

/// The options of a recipe for a network. Throws, listing the names, when there is no such recipe.
TrainingOptions recipe_options(const std::string& recipe, const std::string& architecture);

/// The table as text, for --help.
std::string recipe_table();

}  // namespace odin::native
