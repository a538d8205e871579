#pragma once

#include <string>
#include <vector>

#include "odin/native/training/settings.h"

namespace odin::native {

// What `odin train` and `odin average` say on stderr before they begin.

/// One line for each picture that was passed over, and how many there were.
void report_skipped(const char* command, const std::vector<std::string>& skipped);

/// A note where the training of that record has learnt from images that the
/// settings hold out. `model` is what it is called.
void warn_of_learnt_images(const char* command, const std::string& model, const std::string& record,
                           const TrainSettings& settings);

}  // namespace odin::native
