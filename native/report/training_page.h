#pragma once

#include <string>
#include <utility>
#include <vector>

#include "odin/native/report/page.h"
#include "odin/native/training/log.h"

namespace odin::native::report {

/// A training, as shown on a page.
struct TrainingView {
  std::string title;                                          ///< plain text, as all texts here
  std::string status;                                         ///< "epoch 3 of 30"
  std::int64_t planned_epochs = 0;                            ///< 0: not known
  std::vector<EpochFigures> log;                              ///< may be empty
  std::vector<std::pair<std::string, std::string>> settings;  ///< name and value
};

/// A section with the metrics so far, the curves and the settings.
std::string training_section(const TrainingView& training, Captions& captions);

/// The page of one training. While the training runs, browsers reload it every few seconds.
std::string training_page(const TrainingView& training, bool running);

}  // namespace odin::native::report
