#include "odin/native/training/settings.h"

#include <nlohmann/json.hpp>

#include <algorithm>

#include "odin/native/system/json_text.h"
#include "odin/native/system/output_file.h"
#include "odin/native/system/utf8.h"
#include "odin/native/training/recipes.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

using nlohmann::json;

/// Settings that may change when a training is resumed: paths, and what is written how often.
constexpr const char* kFree[] = {"data", "test",   "save",    "log",
                                 "page", "strict", "float16", "checkpoint_minutes"};

/// The command-line option for a member: "--warmup-epochs" for warmup_epochs.
std::string flag_of(std::string member) {
  if (member == "learning_rate") return "--lr";
  if (member == "architecture") return "--arch";
  std::replace(member.begin(), member.end(), '_', '-');
  return "--" + member;
}

/// That for a flag: "--no-mirror" for mirror = false.
std::string flag_of(const std::string& member, bool value) {
  if (member == "decay_norms") return "--no-norm-decay";
  return (value ? "--" : "--no-") + member;
}

bool is_free(const std::string& member) {
  return std::find(std::begin(kFree), std::end(kFree), member) != std::end(kFree);
}

void check_same(const json& saved, const json& given, const std::string& name) {
  for (const auto& [member, value] : given.items()) {
    if (member == "training") {
      check_same(saved.at(member), value, name);
    } else if (value.is_boolean() && !is_free(member)) {  // a flag, which has no value to show
      require(saved.at(member) == value, "train: ", flag_of(member, value),
              " is given, but the training in ", nn::quote(name), " was started without it");
    } else if (member == "limit" && saved.at(member) == 0) {
      fail("train: --limit is given, but the training in ", nn::quote(name),
           " was started without it");
    } else if (!is_free(member)) {
      require(saved.at(member) == value, "train: ", flag_of(member), " is ", json_text(value),
              ", but the training in ", nn::quote(name), " was started with ",
              json_text(saved.at(member)));
    }
  }
}

/// Rejects options without any effect, which are probably mistakes.
void check_used(const json& given, const std::string& schedule) {
  const auto refuse = [&](const char* member, const char* owner) {
    require(!given.contains(member), "train: ", flag_of(member), " belongs to --schedule ", owner,
            ", the schedule is ", schedule);
  };
  if (schedule != "step")
    for (const char* member : {"milestones", "factor"}) refuse(member, "step");
  if (schedule == "one-cycle") refuse("warmup_epochs", "step or cosine");
}

std::filesystem::path beside(const std::string& save, const std::string& word) {
  std::filesystem::path path = save;
  return path.replace_extension("." + word + path.extension().string());
}

std::vector<std::string> outputs(const TrainSettings& s) {
  return {s.save, best_path(s).string(), checkpoint_path(s).string(), s.log, s.page};
}

}  // namespace

nn::InputSize input_of(const TrainSettings& s) { return {s.channels, s.size, s.size}; }

nn::Preprocess preprocess_of(const TrainSettings& s) {
  nn::Preprocess preprocess;
  if (s.shorter != 0) preprocess = {.mode = nn::Preprocess::Mode::crop, .shorter = s.shorter};
  return preprocess;
}

void check(const TrainSettings& s) {
  require(s.size >= 8 && s.size <= nn::kMostPixelsASide && s.size % 4 == 0,
          "train: expected pictures of 8 to ", nn::kMostPixelsASide,
          " pixels a side, a multiple of 4, got --size ", s.size);
  require(s.channels == 1 || s.channels == 3, "train: expected --channels 1 or 3, got ",
          s.channels);
  nn::check(preprocess_of(s), input_of(s));
  check(s.training, s.size);
}

TrainSettings new_settings(const GivenSettings& given) {
  TrainSettings settings = given.get<TrainSettings>();
  if (!given.contains("recipe")) settings.recipe = default_recipe(settings.architecture);
  json training = recipe_options(settings.recipe, settings.architecture);
  const json own = given.value("training", json::object());
  training.update(own);
  settings.training = training.get<TrainingOptions>();
  TrainingOptions& o = settings.training;
  const bool small = settings.size <= nn::InputSize{}.height;
  if (!own.contains("augment")) o.augment = small ? "shift" : "resized-crop";
  if (!own.contains("crop")) o.crop = settings.size;
  if (!own.contains("warmup_epochs"))  // the recipe's warm-up may be too long for few epochs
    o.warmup_epochs = std::clamp<std::int64_t>(o.epochs - 1, 0, o.warmup_epochs);
  check(settings);
  check_used(own, o.schedule);
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

void check_files(const TrainSettings& s) {
  for (const std::string& name : {s.data, s.test, s.from, s.grow, s.save, s.log, s.page})
    require(is_utf8(name) && !has_control_characters(name), "train: the name ", nn::quote(name),
            is_utf8(name) ? " has a line break or the like in it" : " is not UTF-8", "; rename it");
  check_output_files(outputs(s), "train");
}

void check_beginning(const TrainSettings& s) {
  const auto place = [](const std::string& file) {
    return std::filesystem::weakly_canonical(std::filesystem::absolute(file));
  };
  for (const std::string& model : {s.from, s.grow})
    for (const std::string& file : outputs(s))
      require(model.empty() || file.empty() || place(model) != place(file),
              "train: ", nn::quote(model), " is to be begun with, and this training writes ",
              nn::quote(file), ", the same file; choose another --save");
}

std::filesystem::path checkpoint_path(const TrainSettings& settings) {
  return beside(settings.save, "checkpoint");
}

std::filesystem::path best_path(const TrainSettings& settings) {
  return beside(settings.save, "best");
}

}  // namespace odin::native
