#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "odin/calibration.h"
#include "odin/metrics.h"
#include "odin/native/report/training_page.h"

namespace odin::native::report {

/// The distribution of in- and out-scores, and what thresholds on them do.
struct ScoreCurves {
  double lowest, highest;
  std::vector<double> in_counts, out_counts;         ///< over equal parts of [lowest, highest]
  std::vector<std::pair<double, double>> roc;        ///< (FPR, TPR)
  std::vector<std::pair<double, double>> precision;  ///< (recall, precision), in being positive
  double threshold;                                  ///< at 95% TPR
};

/// How one method told an out-set from the in-set.
struct MethodResult {
  Metrics metrics;
  std::optional<ScoreCurves> curves;
};

struct Picture {
  std::string name, class_name;
  double score;
  std::string png;  ///< base64
};

/// What --details tells of a set.
struct SetDetails {
  std::string set;
  std::vector<double> before_step;  ///< maximum softmax at T of each image as it is
  std::vector<double> gradient_l1;  ///< |grad_x log S_y(x; T)|_1 of each; empty but for ODIN
  /// Of the in-set those of the lowest scores, of an out-set those of the highest.
  std::vector<Picture> extremes;
};

struct Reliability {
  double temperature;
  std::vector<ReliabilityBin> bins;
};

struct CalibrationCurve {
  std::int64_t n = 0;
  double best_temperature = 0;
  std::vector<double> temperatures, ece, nll;
  std::vector<Reliability> reliability;
};

struct Result {
  std::string out;
  std::int64_t n;
  MethodResult baseline, method;
};

/// What odin evaluate --json writes, and with --details all the rest.
struct Evaluation {
  std::string model, architecture, method, in_set;
  double temperature;
  std::optional<double> epsilon;  ///< empty when the out-sets have different ones
  std::int64_t in_count;
  std::optional<double> accuracy;
  std::vector<Result> results;
  std::optional<SetDetails> in;  ///< details only
  std::vector<SetDetails> out;   ///< details only: one for each result
  std::optional<CalibrationCurve> calibration;
};

struct TunedPoint {
  double temperature, epsilon, mean_in_score;
  std::optional<double> fpr95;  ///< averaged over the out-sets
};

/// What odin tune --json writes.
struct Tuning {
  std::string model, in_set, selection, objective;
  std::vector<std::string> out_sets;
  std::int64_t in_count;
  std::vector<double> temperatures, epsilons;
  std::vector<TunedPoint> grid;  ///< all epsilons of the first temperature, of the second, ...
  double temperature, epsilon;   ///< chosen
  double threshold, threshold_error, threshold_low, threshold_high, tpr_low, tpr_high;
  std::optional<CalibrationCurve> calibration;

  const TunedPoint& at(std::size_t t, std::size_t e) const { return grid[t * epsilons.size() + e]; }
};

/// Both throw Error, naming `name` and the member, when the JSON is not what the command writes.
Evaluation parse_evaluation(const nlohmann::json& json, const std::string& name);
Tuning parse_tuning(const nlohmann::json& json, const std::string& name);

/// Everything that was given to odin report.
struct ReportData {
  std::vector<Evaluation> evaluations;
  std::vector<Tuning> tunings;
  std::vector<TrainingView> trainings;
};
/// Tells the two kinds of JSON file apart by their members; .csv files are logs of odin train.
ReportData read_report_data(const std::vector<std::filesystem::path>& files);

}  // namespace odin::native::report
