#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "odin/bootstrap.h"
#include "odin/calibration.h"
#include "odin/metrics.h"
#include "odin/native/report/training_page.h"

namespace odin::native::report {

/// Histograms of in- and out-of-distribution scores, and the curves over all thresholds.
struct ScoreCurves {
  double lowest, highest;
  std::vector<double> in_counts, out_counts;         ///< in bins of equal width
  std::vector<std::pair<double, double>> roc;        ///< (FPR, TPR)
  std::vector<std::pair<double, double>> precision;  ///< (recall, precision), in is positive
  double threshold;                                  ///< at 95% TPR
};

/// The results of one method on one out-of-distribution set.
struct MethodResult {
  Metrics metrics;
  std::optional<MetricsIntervals> intervals;  ///< empty in files of earlier versions
  std::optional<ScoreCurves> curves;
};

struct Picture {
  std::string name, class_name;
  double score;
  std::string png;  ///< base64
};

/// The details of a set, from `odin evaluate --details`.
struct SetDetails {
  std::string set;
  std::vector<double> before_step;  ///< maximum softmax at T of each unperturbed image
  std::vector<double> gradient_l1;  ///< |grad_x log S_y(x; T)|_1 of each image; only for ODIN
  /// The images with the lowest scores of the in-set, or the highest of an out-set.
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

/// The content of a file of `odin evaluate --json`; some members only with --details.
struct Evaluation {
  std::string model, architecture, method, in_set;
  std::string protocol, commit, seed;  ///< empty if the file does not say
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

/// The content of a file of `odin tune --json`.
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

/// The figures of one method with one network on one out-of-distribution set.
struct ComparedFigure {
  double auroc, fpr95;
  double fpr95_out_positive;             ///< the share of the in-set rejected at 95% of the out-set
  std::optional<ScoreCurves> histogram;  ///< without curves
};

struct ComparedMethod {
  std::string name, with;               ///< "knn", "knn:k=100"
  std::vector<ComparedFigure> figures;  ///< [set]
};

struct ComparedNetwork {
  std::string model;
  double temperature, epsilon;
  std::optional<double> accuracy;
  std::vector<ComparedMethod> methods;  ///< the same for all networks
};

struct ComparedOutSet {
  std::string set, distance;  ///< "near", "far", "out"
  std::int64_t n;
};

/// The content of a file of `odin compare --json`.
struct Comparison {
  std::string in_set;
  std::int64_t in_count = 0;
  std::string parameters, commit, seed;  ///< empty if the file does not say
  std::string step;                      ///< "odin", "score"; empty: none
  std::vector<ComparedOutSet> sets;
  std::vector<ComparedNetwork> networks;
};

/// These throw Error, naming `name` and the member, if the JSON is not what the command writes.
Evaluation parse_evaluation(const nlohmann::json& json, const std::string& name);
Tuning parse_tuning(const nlohmann::json& json, const std::string& name);
Comparison parse_comparison(const nlohmann::json& json, const std::string& name);

/// The input files of `odin report`.
struct ReportData {
  std::vector<Evaluation> evaluations;
  std::vector<Tuning> tunings;
  std::vector<Comparison> comparisons;
  std::vector<TrainingView> trainings;
};
/// Reads the files. The kinds of JSON file are distinguished by their members; .csv files are
/// logs of `odin train`.
ReportData read_report_data(const std::vector<std::filesystem::path>& files);

}  // namespace odin::native::report
