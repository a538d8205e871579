#pragma once

#include <string>
#include <utility>
#include <vector>

#include "odin/native/training/log.h"
#include "odin/native/training/settings.h"

namespace odin::native {

/// The commit that the program was built from, "unknown" outside a repository.
std::string program_commit();

// A model file has a record of its training: a JSON object, here as text, empty where there is none.

/// What a model file says about its training after an epoch: recipe, options, figures, program. The
/// record of the training whose weights it began with, if any, stands under "after".
std::string training_record(const TrainSettings& settings, const EpochFigures& figures,
                            const std::string& after);

/// The same of an average of models, whose own records are given: what the settings have about the
/// images it was measured on.
std::string average_record(const TrainSettings& settings, const std::vector<std::string>& records);

/// The record, where it is a JSON object; otherwise empty.
std::string valid_record(const std::string& record);

/// The record with how its file stores the weights.
std::string with_float16(const std::string& record, bool float16);

/// Whether the record is of a training that had these figures after its last epoch.
bool is_record_of(const std::string& record, const EpochFigures& figures);

/// The record of a network that was grown from one of that architecture and record.
std::string grown_record(const std::string& architecture, const std::string& record);

/// Whether the training of that record, or one that it went on from, learnt from
/// images of the same set that the settings hold out, so that they would look better than images
/// that no weight has seen.
bool has_learnt_from_held_out(const std::string& record, const TrainSettings& settings);

/// The settings as names and values for people to read; `images` is how many are trained on.
std::vector<std::pair<std::string, std::string>> settings_in_words(const TrainSettings& settings,
                                                                   std::int64_t images);

/// The kind of a set and the last folder of its path, which is all that a model file tells about the
/// machine it was made on: "folder:photos" of "folder:/home/me/photos".
std::string without_path(const std::string& set);

}  // namespace odin::native
