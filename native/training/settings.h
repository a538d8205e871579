#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "odin/native/training/options.h"

namespace odin::native {

/// Everything that the user of `odin train` decides. A checkpoint holds it, so that it alone is
/// enough to go on.
struct TrainSettings {
  std::string architecture;
  std::string recipe = "paper";
  std::string data, test;        ///< names of sets
  std::int64_t validation = -1;  ///< images held out; -1: by what there is to measure on
  bool strict = false;           ///< an unreadable picture is an error
  std::string from;              ///< model whose weights to start from; empty: random ones
  std::string grow;              ///< shallower model to start from (nn::grow); empty: none
  std::string save, log, page;   ///< files; the last two may be empty
  double checkpoint_minutes = 10;
  bool float16 = false;  ///< how the model files hold their weights
  TrainingOptions training;
};

// JSON objects with the members' names; what one lacks keeps its default.
void to_json(nlohmann::json& to, const TrainingOptions& from);
void from_json(const nlohmann::json& from, TrainingOptions& to);
void to_json(nlohmann::json& to, const TrainSettings& from);
void from_json(const nlohmann::json& from, TrainSettings& to);

/// What stands on the command line: a JSON object like that of TrainSettings that has only what was
/// given.
using GivenSettings = nlohmann::json;

/// The recipe's options, with those that were given in their place.
TrainSettings new_settings(const GivenSettings& given);

/// What the training in the checkpoint `name` was started with, and the files and paths that were
/// given anew. Throws, naming both values, when something was given that would make another training
/// of it.
TrainSettings resumed_settings(const TrainSettings& saved, const GivenSettings& given,
                               const std::string& name);

/// Whether they differ at most in what may change in the middle of a training.
bool is_same_training(const TrainSettings& a, const TrainSettings& b);

/// Throws when a file that the training is to write can not be written, when two of them are one, or
/// when a name is not UTF-8, which the checkpoint, in JSON, could not keep.
void check_files(const TrainSettings& settings);

/// Throws when a model whose weights a new training begins with is a file that it writes.
void check_beginning(const TrainSettings& settings);

/// NAME.checkpoint.safetensors and NAME.best.safetensors beside the model file.
std::filesystem::path checkpoint_path(const TrainSettings& settings);
std::filesystem::path best_path(const TrainSettings& settings);

}  // namespace odin::native
