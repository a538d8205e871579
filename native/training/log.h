#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace odin::native {

/// What is known about one epoch of a training: a line of its log.
struct EpochFigures {
  std::int64_t epoch = 0;    ///< from 1
  double learning_rate = 0;  ///< of its last step
  // Averages over the epoch's augmented images, each measured before the step that it takes part in.
  double loss = 0, train_accuracy = 0;
  // Shares of the images set apart, after the epoch; empty where not measured. "ema": of the
  // averaged weights.
  std::optional<double> validation_accuracy, test_accuracy;
  std::optional<double> ema_validation_accuracy, ema_test_accuracy;
  double seconds = 0;            ///< since the training began, without the pauses
  double images_per_second = 0;  ///< of the epoch's steps
  double waited_seconds = 0;     ///< in which the steps waited for images
};

/// The accuracy of the weights that are saved.
std::optional<double> validation_of(const EpochFigures& figures);
std::optional<double> test_of(const EpochFigures& figures);

/// The place of the epoch with the highest validation accuracy, the last of equals, which a small
/// validation set has many of; empty where none was measured.
std::optional<std::size_t> best_epoch(const std::vector<EpochFigures>& log);

/// CSV: a line of names, then one an epoch. Numbers have the digits that give them back exactly.
std::string to_csv(const std::vector<EpochFigures>& log);

/// Throws Error, beginning with `name` and the line, unless `text` is such a log.
std::vector<EpochFigures> parse_log(const std::string& text, const std::string& name);

}  // namespace odin::native
