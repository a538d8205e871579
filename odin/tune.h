#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "odin/metrics.h"
#include "odin/nn/module.h"
#include "odin/normalization.h"
#include "odin/perturb.h"

namespace odin {

/// The settings to try: all combinations of the temperatures and the epsilons.
struct TuningGrid {
  std::vector<double> temperatures, epsilons;
  Direction direction = Direction::odin;

  std::size_t size() const { return temperatures.size() * epsilons.size(); }
  /// The index of a setting in lists of all settings: all epsilons of the first temperature first.
  std::size_t index(std::size_t t, std::size_t e) const { return t * epsilons.size() + e; }
  /// The number of forward and backward passes that one image takes.
  std::int64_t passes() const;
};

/// The grid of the method's paper: T = 1, 2, 5, ..., 1000 and 21 equally spaced epsilons from 0 to
/// 0.004.
TuningGrid default_grid();

/// ODIN's scores of images at every setting of a grid.
struct GridScores {
  std::vector<std::vector<double>> scores;  ///< [TuningGrid::index][image]
  std::int64_t classes = 0;
  std::vector<float> logits;  ///< [image][class], of the unperturbed images

  std::int64_t size() const { return scores.empty() ? 0 : std::ssize(scores.front()); }
  /// The logits as a tensor [images, classes].
  tensor::Tensor logits_tensor() const;
  void append(const GridScores& more);
};

/// Scores images [N,C,H,W] with pixels in [0, 1] at every setting. Takes one forward pass for all
/// settings, one backward pass for each temperature, and one more forward pass for each setting
/// with epsilon > 0. `go_on` is called after every pass with its number of images, by one thread at
/// a time; if it returns false, the work stops and the result is empty. Throws if the network is
/// not in evaluation mode, the grid is empty, a temperature is not positive or an epsilon is
/// negative. Thread-safe.
std::optional<GridScores> score_grid(const nn::Module& network, const Normalization& normalization,
                                     const tensor::Tensor& images, const TuningGrid& grid,
                                     const std::function<bool(std::int64_t images)>& go_on = {});

/// The results at one setting.
struct GridPoint {
  double temperature = 0, epsilon = 0;
  double mean_in_score = 0;
  std::vector<Metrics> out;  ///< for each out-of-distribution set
  Metrics mean{};            ///< their mean; zeros without out-of-distribution sets
};

/// One point for each setting, in the grid's order.
std::vector<GridPoint> measure_grid(const TuningGrid& grid, const GridScores& in,
                                    const std::vector<GridScores>& out);

/// The metric to optimize, averaged over the out-of-distribution sets.
enum class Objective { fpr95, detection_error, auroc, aupr_in, aupr_out };
/// "fpr95", "detection-error", "auroc", "aupr-in", "aupr-out".
const std::vector<std::string>& objective_names();
std::string name_of(Objective objective);
/// Throws for other names; the message lists the legal ones.
Objective parse_objective(std::string_view name);
double value_of(const Metrics& metrics, Objective objective);

/// The index of the best point by the objective. Ties: the higher AUROC, then the smaller epsilon,
/// then the first point.
std::size_t best_point(const std::vector<GridPoint>& points, Objective objective);

/// The index of the point with the highest mean in-distribution score. Needs no out-of-distribution
/// set (Hsu, Shen, Jin, Kira: "Generalized ODIN", CVPR 2020). Throws unless all points have the
/// same temperature: scores at different temperatures cannot be compared.
std::size_t best_point_without_out_set(const std::vector<GridPoint>& points);

}  // namespace odin
