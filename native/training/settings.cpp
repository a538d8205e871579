#include "odin/native/training/settings.h"

#include <algorithm>

#include "odin/native/training/recipes.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

using nlohmann::json;

/// What may change in the middle of a training: where things lie, and what is written how often.
constexpr const char* kFree[] = {"data", "test",   "save",    "log",
                                 "page", "strict", "float16", "checkpoint_minutes"};

/// The command line's name of a member: "--warmup-epochs" of warmup_epochs.
std::string flag_of(std::string member) {
  if (member == "learning_rate") return "--lr";
  if (member == "architecture") return "--arch";
  if (member == "decay_norms") return "--no-norm-decay";
  std::replace(member.begin(), member.end(), '_', '-');
  return "--" + member;
}

void check_same(const json& saved, const json& given, const std::string& name) {
  for (const auto& [member, value] : given.items()) {
    if (member == "training") {
      check_same(saved.at(member), value, name);
    } else if (std::find(std::begin(kFree), std::end(kFree), member) == std::end(kFree)) {
      require(saved.at(member) == value, "train: ", flag_of(member), " is ", value.dump(),
              ", but the training in ", nn::quote(name), " was started with ",
              saved.at(member).dump());
    }
  }
}

std::filesystem::path beside(const std::string& save, const std::string& word) {
  std::filesystem::path path = save;
  return path.replace_extension("." + word + path.extension().string());
}

}  // namespace

TrainSettings new_settings(const GivenSettings& given) {
  TrainSettings settings = given.get<TrainSettings>();
  json training = recipe_options(settings.recipe, settings.architecture);
  training.update(given.value("training", json::object()));
  settings.training = training.get<TrainingOptions>();
  check(settings.training);
  return settings;
}

TrainSettings resumed_settings(const TrainSettings& saved, const GivenSettings& given,
                               const std::string& name) {
  json settings = saved;
  check_same(settings, given, name);
  settings.merge_patch(given);
  return settings.get<TrainSettings>();
}

bool is_same_training(const TrainSettings& a, const TrainSettings& b) {
  const auto fixed = [](const TrainSettings& settings) {
    json members = settings;
    for (const char* member : kFree) members.erase(member);
    return members;
  };
  return fixed(a) == fixed(b);
}

std::filesystem::path checkpoint_path(const TrainSettings& settings) {
  return beside(settings.save, "checkpoint");
}

std::filesystem::path best_path(const TrainSettings& settings) {
  return beside(settings.save, "best");
}

}  // namespace odin::native
