#include "odin/native/training/recipes.h"

#include <cstdio>

#include "odin/tensor/error.h"

namespace odin::native {
namespace {

TrainingOptions densenet_paper() {
  TrainingOptions o;
  o.epochs = 300;
  o.batch = 64;
  o.schedule = "step";
  o.milestones = {0.5, 0.75};
  o.factor = 0.1;
  o.weight_decay = 1e-4;
  return o;
}

TrainingOptions wide_resnet_paper() {
  TrainingOptions o;
  o.epochs = 200;
  o.batch = 128;
  o.schedule = "step";
  o.milestones = {0.3, 0.6, 0.8};
  o.factor = 0.2;
  o.weight_decay = 5e-4;
  return o;
}

/// No label smoothing, though it raises the accuracy: ODIN's score suffers from it. With a smaller
/// weight decay ODIN took noise for photographs (docs/training.md).
TrainingOptions fast() {
  TrainingOptions o;
  o.epochs = 30;
  o.batch = 64;
  o.schedule = "cosine";
  o.warmup_epochs = 1;
  o.weight_decay = 5e-4;
  return o;
}

}  // namespace

const std::vector<Recipe>& recipes() {
  static const std::vector<Recipe> all{
      {"paper", "densenet-bc", "Huang et al. 2017", densenet_paper()},
      {"paper", "wrn", "Zagoruyko, Komodakis 2016", wide_resnet_paper()},
      {"fast", "densenet-bc", "docs/training.md", fast()},
      {"fast", "wrn", "docs/training.md", fast()},
  };
  return all;
}

TrainingOptions recipe_options(const std::string& recipe, const std::string& architecture) {
  bool known = false;
  for (const Recipe& r : recipes()) {
    known = known || r.name == recipe;
    if (r.name == recipe && architecture.starts_with(r.architecture)) return r.options;
  }
  require(known, "train: expected recipe paper or fast, got '", recipe, "'");
  return {};  // the network's maker says what is wrong with the name
}

std::string recipe_table() {
  std::string table = "recipe  network      epochs  batch  lr    weight decay  schedule\n";
  for (const Recipe& r : recipes()) {
    char line[160];
    std::snprintf(line, sizeof line, "%-7s %-12s %6lld %6lld  %-5g %-13g %s\n", r.name.c_str(),
                  r.architecture.c_str(), static_cast<long long>(r.options.epochs),
                  static_cast<long long>(r.options.batch), r.options.learning_rate,
                  r.options.weight_decay, schedule_in_words(r.options).c_str());
    table += line;
  }
  return table;
}

}  // namespace odin::native
