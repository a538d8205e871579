#pragma once

#include <functional>
#include <optional>

#include "odin/native/sets/data_set.h"
#include "odin/native/training/settings.h"
#include "odin/native/training/training_data.h"

namespace odin::native {

/// The images of a training: training images, validation images (held out, to choose the best
/// epoch) and test images.
struct TrainingSets {
  Dataset train;
  std::optional<Dataset> validation, test;
  Normalization normalization;
  std::vector<std::string> skipped;  ///< one line for each unreadable image
  std::vector<std::string> notes;    ///< as TrainingData::notes
  std::int64_t shared = 0;           ///< test images that are among those of --data as well

  /// The images measured after every epoch: the validation images, or else the test images; null
  /// without either.
  const Dataset* monitored() const;
};

/// Gives all sets the classes of a network, joined by name (use_classes), and adds notes of that.
/// `data` and `network` are their names in messages.
void use_classes_of_network(TrainingSets& sets, const std::string& data,
                            const std::vector<std::string>& classes, const std::string& network);

/// Reads the sets named in the settings, made as a network takes them, and splits off the
/// validation images. If settings.validation is -1 and there is no test set, a tenth of the images
/// is held out; settings.validation is then set to their number.
TrainingSets load_training_sets(
    TrainSettings& settings, const SetTarget& target,
    const std::function<void(std::int64_t done, std::int64_t all)>& progress = {});

}  // namespace odin::native
