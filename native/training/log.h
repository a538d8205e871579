#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace odin::native {

/// The metrics of one epoch: a line of the training log.
struct EpochFigures {
  std::int64_t epoch = 0;    ///< from 1
  double learning_rate = 0;  ///< of its last step
  // Means over the epoch's augmented images, each measured before the step that uses it.
  double loss = 0, train_accuracy = 0;
  // Accuracy on the held-out images after the epoch; empty if not measured. "ema": with the
  // averaged weights.
  std::optional<double> validation_accuracy, test_accuracy;
  std::optional<double> ema_validation_accuracy, ema_test_accuracy;
  double seconds = 0;            ///< of training so far, without the pauses between runs
  double images_per_second = 0;  ///< in the epoch's steps
  double waited_seconds = 0;     ///< time for which the steps waited for images
  /// For each of several ranks the share of the epoch's steps in which it has waited for others; a
  /// slow rank waits least. The column is only in logs of several ranks.
  std::vector<double> waited_for_ranks = {};
};

/// The accuracy of the weights that are saved.
std::optional<double> validation_of(const EpochFigures& figures);
std::optional<double> test_of(const EpochFigures& figures);

/// The index of the epoch with the highest validation accuracy; of equal ones, which are frequent
/// with a small validation set, the last. Empty if none was measured.
std::optional<std::size_t> best_epoch(const std::vector<EpochFigures>& log);

/// CSV: a line of names, then one line for each epoch. Numbers have enough digits to be read back
/// exactly.
std::string to_csv(const std::vector<EpochFigures>& log);

/// Whether the first line of the text (system/text_file.h) names the columns of such a log.
bool is_log(const std::string& text);

/// Reads such a log, whose columns may be in any order, with others between them. Throws Error,
/// beginning with `name` and the line, if it is none or has figures that no training has.
std::vector<EpochFigures> parse_log(const std::string& text, const std::string& name);

}  // namespace odin::native
