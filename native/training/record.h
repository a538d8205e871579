#pragma once

#include <string>
#include <utility>
#include <vector>

#include "odin/native/training/log.h"
#include "odin/native/training/settings.h"

namespace odin::native {

/// The commit that the program was built from, "unknown" outside a repository.
std::string program_commit();

// The training record in a model file: a JSON object, here as text; empty if there is none.

/// The record of a training after an epoch: recipe, options, metrics, program. `after` is the
/// record of the model whose weights the training started from, if any; it is stored under "after".
std::string training_record(const TrainSettings& settings, const EpochFigures& figures,
                            const std::string& after);

/// The record of an average of models: their `records`, and from the settings the images that the
/// average was measured on.
std::string average_record(const TrainSettings& settings, const std::vector<std::string>& records);

/// The record if it is a JSON object, without trainings that lie very many before; otherwise empty.
std::string valid_record(const std::string& record);

/// Whether the training in `record` mirrored its images, as those of older programs always did.
bool is_mirrored(const std::string& record);
/// Whether it learnt from random resized parts of its images, as those of older programs never did.
bool is_of_resized_crops(const std::string& record);

/// The record with the type in which the file stores the weights.
std::string with_float16(const std::string& record, bool float16);

/// Whether the record is of a training that had these metrics after its last epoch.
bool is_record_of(const std::string& record, const EpochFigures& figures);

/// Whether the record is of a training with these settings, after any epoch.
bool is_record_of_training(const std::string& record, const TrainSettings& settings);

/// The record of a network that was grown from a network with this architecture and record.
std::string grown_record(const std::string& architecture, const std::string& record);

/// Whether the training in `record`, or an earlier one that it continued, used images that the
/// settings hold out. Metrics on such images would be too good.
bool has_learnt_from_held_out(const std::string& record, const TrainSettings& settings);

/// The settings as names and values for people to read; `images` is the number of training images.
std::vector<std::pair<std::string, std::string>> settings_in_words(const TrainSettings& settings,
                                                                   std::int64_t images);

/// The set without the parent folders, which are private: "folder:photos" for
/// "folder:/home/me/photos".
std::string without_path(const std::string& set);

}  // namespace odin::native
