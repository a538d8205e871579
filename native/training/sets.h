#pragma once

#include <functional>
#include <optional>

#include "odin/native/training/settings.h"
#include "odin/native/training/training_data.h"

namespace odin::native {

/// The images of a training: to train on, to choose the best epoch by, to measure the result on.
struct TrainingSets {
  Dataset train;
  std::optional<Dataset> validation, test;
  Normalization normalization;
  std::vector<std::string> skipped;  ///< unreadable pictures, one line each

  /// Measured after every epoch: the validation images, else the test images; null without either.
  const Dataset* monitored() const;
};

/// Reads what the settings name and holds the validation images back. Where the settings leave their
/// number open and there is no test set, a tenth of the images is held back, and the number put in.
TrainingSets load_training_sets(
    TrainSettings& settings,
    const std::function<void(std::int64_t done, std::int64_t all)>& progress = {});

}  // namespace odin::native
