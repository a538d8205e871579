#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "odin/method_scorer.h"
#include "odin/metrics.h"
#include "odin/native/scoring/method_list.h"
#include "odin/native/scoring/score_histograms.h"
#include "odin/native/scoring/set_scores.h"
#include "odin/native/sets/data_set.h"
#include "odin/nn/io/model_file.h"
#include "odin/spread.h"

namespace odin::native {

/// How like the in-set's the images of an out-set are; `other` where nobody has said.
enum class Distance { near, far, other };
/// "near", "far", "out".
std::string name_of(Distance distance);

struct ComparisonOptions {
  std::vector<std::string> models;  ///< as on the command line; trainings of one kind of network
  std::string in;
  std::vector<std::string> near, far, other;  ///< out-of-distribution SETs
  MethodList methods;
  std::string validation_in, validation_out;  ///< SETs to choose parameters on; empty: defaults
  Step step = Step::none;
  std::optional<double> temperature, epsilon;
  std::optional<std::int64_t> limit, batch;
  std::uint64_t seed = 1;
  std::string commit;
  tensor::Device device = tensor::Device::cpu;
  Ranks* ranks = &one_rank();
};

/// The figures of one method with one model on one set.
struct ComparedFigures {
  Metrics metrics;
  /// The FPR at 95% TPR as pytorch-ood and OpenOOD count it, the out-set being positive: the share
  /// of the in-set that is rejected where 95% of the out-set is.
  double fpr95_out_positive = 0;
  /// Of the in- and the out-set, with the threshold that accepts 95% of the in-set. Empty where a
  /// score is infinite.
  std::optional<ScoreHistograms> histograms = {};
};

struct ComparedSet {
  std::string set;
  Distance distance = Distance::other;
  std::int64_t images = 0;
};

/// A model's part of the comparison.
struct ComparedModel {
  std::string name;
  double temperature = 0, epsilon = 0;  ///< of odin and the step
  std::optional<double> accuracy;
  std::int64_t in_images = 0;
  std::vector<std::string> chosen;                    ///< [method] with the parameters in use
  std::vector<std::vector<ComparedFigures>> figures;  ///< [method][set]
};

struct ComparisonResult {
  std::string in;
  std::vector<std::string> methods;  ///< names
  std::vector<ComparedSet> sets;
  std::vector<ComparedModel> models;
  std::int64_t skipped = 0;
  double seconds = 0;
};

/// A figure of a method on one set, over the models.
Spread spread(const ComparisonResult& result, std::size_t method, std::size_t set,
              const std::function<double(const ComparedFigures&)>& figure);
/// The mean of a figure over the sets of a distance, over the models. Empty if there are no such sets.
std::optional<Spread> mean_spread(const ComparisonResult& result, std::size_t method,
                                  Distance distance,
                                  const std::function<double(const ComparedFigures&)>& figure);

/// Scores sets with several methods, each picture with one forward pass for all of them.
class Comparison {
 public:
  /// Throws for bad options; models and sets are opened by run().
  explicit Comparison(ComparisonOptions options);

  /// `note` gets lines to be told, `skipped` one for each unreadable image, `progress` the number
  /// of images done, of how many with this model, and the current set.
  ComparisonResult run(
      const std::function<void(std::int64_t, std::int64_t, const std::string&)>& progress,
      const std::function<void(const std::string&)>& skipped,
      const std::function<void(const std::string&)>& note) const;

  const ComparisonOptions& options() const { return options_; }

 private:
  ComparisonOptions options_;
};

/// Files of a comparison. The CSV has the columns of OpenOOD's result files, with the method before
/// them and the other convention of FPR behind.
std::string comparison_csv(const ComparisonResult& result);
std::string comparison_json(const ComparisonOptions& options, const ComparisonResult& result);
/// Tables for a terminal: AUROC, then both FPRs.
std::string comparison_text(const ComparisonResult& result);

}  // namespace odin::native
