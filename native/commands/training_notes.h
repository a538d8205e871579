#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "odin/native/training/settings.h"

namespace odin::native {

// Notes that `odin train` and `odin average` print on stderr before they begin.

/// Prints one line for each skipped image, and their number.
void report_skipped(const char* command, const std::vector<std::string>& skipped);

/// Prints one line for each note about the images and their classes.
void report_notes(const char* command, const std::vector<std::string>& notes);

/// Prints a warning if the training in `record` used images that the settings hold out. `model` is
/// the model's name in the message.
void warn_of_learnt_images(const char* command, const std::string& model, const std::string& record,
                           const TrainSettings& settings);

/// Prints a warning if some of the `tested` images were among those to train on.
void warn_of_shared_images(const char* command, std::int64_t shared, std::int64_t tested);

}  // namespace odin::native
