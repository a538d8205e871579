#include "odin/native/training/recipes.h"

#include <algorithm>
#include <cstdio>

#include "odin/nn/models/registry.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

TrainingOptions options_of(const nn::TrainingRecipe& r) {
  TrainingOptions o;
  o.epochs = r.epochs;
  o.batch = r.batch;
  o.schedule = r.schedule;
  if (!r.milestones.empty()) o.milestones = r.milestones;
  o.factor = r.factor;
  o.warmup_epochs = r.warmup_epochs;
  o.weight_decay = r.weight_decay;
  return o;
}

/// The recipes of all families, grouped by name.
std::vector<Recipe> read_registry() {
  std::vector<Recipe> all;
  for (const nn::Architecture* a : nn::architectures())
    for (const nn::TrainingRecipe& r : a->recipes) {
      const auto same_name = std::find_if(
          all.rbegin(), all.rend(), [&](const Recipe& other) { return other.name == r.name; });
      all.insert(same_name == all.rend() ? all.end() : same_name.base(),
                 {std::string(r.name), nn::form_of(*a), std::string(r.source), options_of(r)});
    }
  return all;
}

/// The names of the recipes of a network's family; of all families for a name that is unknown.
std::vector<std::string> names_for(const std::string& architecture) {
  const nn::Architecture* network = nn::find_architecture(architecture);
  std::vector<std::string> names;
  for (const Recipe& r : recipes()) {
    if (network && r.architecture != nn::form_of(*network)) continue;
    if (std::find(names.begin(), names.end(), r.name) == names.end()) names.push_back(r.name);
  }
  return names;
}

}  // namespace

const std::vector<Recipe>& recipes() {
  static const std::vector<Recipe> all = read_registry();
  return all;
}

std::string default_recipe(const std::string& architecture) {
  const std::vector<std::string> names = names_for(architecture);
  const bool has_paper = std::find(names.begin(), names.end(), "paper") != names.end();
  return has_paper || names.empty() ? "paper" : names.front();
}

TrainingOptions recipe_options(const std::string& recipe, const std::string& architecture) {
  const nn::Architecture* network = nn::find_architecture(architecture);
  for (const Recipe& r : recipes())
    if (network && r.name == recipe && r.architecture == nn::form_of(*network)) return r.options;
  const std::vector<std::string> names = names_for(architecture);
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : " or ") + name;
  require(std::find(names.begin(), names.end(), recipe) != names.end(), "train: expected --recipe ",
          list, network ? " for " + architecture : "", ", got '", recipe, "'");
  return {};  // make_model() reports what is wrong with the name
}

std::string recipe_table() {
  std::string table = "recipe  network           epochs  batch  lr    weight decay  schedule\n";
  for (const Recipe& r : recipes()) {
    char line[160];
    std::snprintf(line, sizeof line, "%-7s %-17s %6lld %6lld  %-5g %-13g %s\n", r.name.c_str(),
                  r.architecture.c_str(), static_cast<long long>(r.options.epochs),
                  static_cast<long long>(r.options.batch), r.options.learning_rate,
                  r.options.weight_decay, schedule_in_words(r.options).c_str());
    table += line;
  }
  return table;
}

}  // namespace odin::native
