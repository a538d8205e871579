#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "odin/native/training/options.h"
#include "odin/nn/input_size.h"
#include "odin/nn/io/preprocess.h"

namespace odin::native {

/// All settings of `odin train`. They are stored in the checkpoint, which is therefore all that is
/// needed to resume.
struct TrainSettings {
  std::string architecture;
  std::string recipe = "paper";
  std::int64_t size = nn::InputSize{}.height;  ///< of the pictures, in pixels a side
  std::int64_t channels = nn::InputSize{}.channels;
  std::int64_t shorter = 0;      ///< as of nn::Preprocess; 0: pictures are squeezed
  std::string data, test;        ///< names of sets
  std::int64_t limit = 0;        ///< maximum number of images of each set; 0: none
  std::int64_t validation = -1;  ///< number of held-out images; -1: see load_training_sets()
  bool strict = false;           ///< an unreadable image is an error
  std::string from;              ///< model whose weights to start from; empty: random weights
  std::string grow;              ///< shallower model to start from (nn::grow); empty: none
  std::string save, log, page;   ///< files; the last two may be empty
  double checkpoint_minutes = 10;
  bool float16 = false;  ///< model files store the weights as float16
  TrainingOptions training;
};

/// What the network takes, and how pictures become that.
nn::InputSize input_of(const TrainSettings& settings);
nn::Preprocess preprocess_of(const TrainSettings& settings);

/// Throws Error unless the size and channels are possible and the options of the training fit them.
void check(const TrainSettings& settings);

// JSON objects with the members' names; missing members keep their values.
void to_json(nlohmann::json& to, const TrainingOptions& from);
void from_json(const nlohmann::json& from, TrainingOptions& to);
void to_json(nlohmann::json& to, const TrainSettings& from);
void from_json(const nlohmann::json& from, TrainSettings& to);

/// The settings given on the command line: a JSON object as of TrainSettings, with only these
/// members.
using GivenSettings = nlohmann::json;

/// The recipe's options, overridden by the given settings.
TrainSettings new_settings(const GivenSettings& given);

/// The settings of the checkpoint `name`, overridden by the given files and paths. Throws, naming
/// both values, if a given setting would change the training itself.
TrainSettings resumed_settings(const TrainSettings& saved, const GivenSettings& given,
                               const std::string& name);

/// Whether they differ only in settings that may change when a training is resumed.
bool is_same_training(const TrainSettings& a, const TrainSettings& b);

/// Throws if an output file of the training cannot be written, if two of them are the same, or if a
/// name is not UTF-8 (checkpoints store names as JSON).
void check_files(const TrainSettings& settings);

/// Throws if the model that a new training starts from is also one of its output files.
void check_beginning(const TrainSettings& settings);

/// NAME.checkpoint.safetensors and NAME.best.safetensors in the folder of the model file.
std::filesystem::path checkpoint_path(const TrainSettings& settings);
std::filesystem::path best_path(const TrainSettings& settings);

}  // namespace odin::native
