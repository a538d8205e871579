#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "odin/bootstrap.h"
#include "odin/methods.h"
#include "odin/metrics.h"
#include "odin/native/scoring/protocol.h"
#include "odin/native/scoring/set_scores.h"
#include "odin/native/sets/data_set.h"
#include "odin/nn/io/model_file.h"

namespace odin::native {

struct EvaluationOptions {
  std::string model;  ///< as on the command line
  std::string in;
  std::vector<std::string> out;
  std::optional<std::int64_t> limit;  ///< maximum number of images of each set
  std::optional<double> temperature, epsilon, threshold;
  Protocol protocol = Protocol::own;
  MethodChoice method = Method::odin;
  Step step = Step::none;                  ///< before a method other than odin
  std::optional<std::int64_t> batch = {};  ///< as of SetReader
  std::uint64_t seed = 1;
  std::string commit;  ///< of the program, for the record
  tensor::Device device = tensor::Device::cpu;
  Ranks* ranks = &one_rank();
};

/// The results on one out-of-distribution set.
struct OutResult {
  std::string set;
  double epsilon = 0;
  std::string epsilon_from;       ///< where that value comes from, as text
  std::size_t epsilon_index = 0;  ///< index of this epsilon in the in-set's scores
  SetScores scores;
  Metrics baseline{}, method{};
  MetricsIntervals baseline_intervals{}, method_intervals{};
  double baseline_threshold = 0, method_threshold = 0;  ///< 95% of the in-scores lie above
  std::optional<Confusion> confusion;  ///< of the method, at the given or the model's threshold
};

struct EvaluationResult {
  std::string model, architecture, in;
  double temperature = 0;
  SetScores in_scores;
  std::optional<double> accuracy;
  std::optional<Interval> accuracy_interval;
  std::vector<OutResult> results;
  double seconds = 0;
};

/// Scores one in-distribution set (once) and several out-of-distribution sets with a network.
class Evaluation {
 public:
  /// Loads the model and opens every set. Throws if anything is wrong with them, before the work
  /// starts.
  explicit Evaluation(EvaluationOptions options);

  /// Number of images in all sets, for a progress display.
  std::int64_t image_count() const;
  /// Lines that describe the settings of the evaluation.
  std::vector<std::string> notes() const;
  /// After run(): lines about the conversions of pictures ("folder:x: 3 pictures: gray to RGB").
  std::vector<std::string> conversions() const;

  /// `progress` gets the number of images done and the current set, `skipped` a line for each
  /// unreadable image.
  EvaluationResult run(
      const std::function<void(std::int64_t done, const std::string& set)>& progress = {},
      const std::function<void(const std::string& line)>& skipped = {}) const;

  const EvaluationOptions& options() const { return options_; }
  const std::vector<std::string>& classes() const { return model_.info.classes; }
  const ImageSet& in_images() const { return *in_.images; }
  const ImageSet& out_images(std::size_t out) const { return *outs_[out].images; }

 private:
  struct OpenSet {
    std::unique_ptr<ImageSet> images;
    std::int64_t first = 0, last = 0;  ///< the images to score
    double epsilon = 0;                ///< for an out-set
    std::string epsilon_from;
  };

  OpenSet open(const std::string& name) const;
  void choose_temperature();
  void choose_epsilon(OpenSet& out) const;
  std::vector<double> distinct_epsilons() const;
  std::optional<double> threshold_for(double epsilon) const;

  bool takes_step() const {
    return options_.step != Step::none || options_.method.method == Method::odin;
  }
  ScoringOptions scoring(std::vector<double> epsilons) const;

  EvaluationOptions options_;
  nn::Model model_;
  Fit fit_;
  double temperature_ = 1000;
  OpenSet in_;
  std::vector<OpenSet> outs_;
  std::vector<std::string> class_notes_;
};

/// The object that `odin evaluate --json` writes, and its text.
nlohmann::ordered_json evaluation_json(const EvaluationOptions& options,
                                       const EvaluationResult& result);
std::string to_json(const EvaluationOptions& options, const EvaluationResult& result);

/// The same object with a member "details" for `odin report`: the scores before the perturbation
/// and the gradient norms of all images, the images with the most misleading scores, and the
/// network's calibration if the in-set has labels.
std::string to_detailed_json(const Evaluation& evaluation, const EvaluationResult& result);

/// Writes the scores for `odin metrics`: one text file for each set, one score on each line, in the
/// order of the images; the baseline's scores are in the subfolder "baseline". An out-set with an
/// epsilon of its own also gets its own file of in-scores. Returns the names of the files in
/// `folder`, the in-set's first.
std::vector<std::string> write_scores(const EvaluationResult& result,
                                      const std::filesystem::path& folder);

}  // namespace odin::native
