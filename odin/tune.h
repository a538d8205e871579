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

/// The settings to try: every temperature with every epsilon.
struct TuningGrid {
  std::vector<double> temperatures, epsilons;
  Direction direction = Direction::odin;

  std::size_t size() const { return temperatures.size() * epsilons.size(); }
  /// The place of a setting in lists of all of them: the epsilons of the first temperature first.
  std::size_t index(std::size_t t, std::size_t e) const { return t * epsilons.size() + e; }
  /// Forward and backward passes that one image takes.
  std::int64_t passes() const;
};

/// The paper's: T of 1, 2, 5, ... 1000 and 21 even steps of epsilon from 0 to 0.004.
TuningGrid default_grid();

/// ODIN's scores of some images at each setting of a grid.
struct GridScores {
  std::vector<std::vector<double>> scores;  ///< [TuningGrid::index][image]
  std::int64_t classes = 0;
  std::vector<float> logits;  ///< [image][class], of the images as they are

  std::int64_t size() const { return scores.empty() ? 0 : std::ssize(scores.front()); }
  /// As [images, classes].
  tensor::Tensor logits_tensor() const;
  void append(const GridScores& more);
};

/// Scores images [N,C,H,W] of pixels in [0,1] at every setting. One forward pass serves all
/// temperatures, one backward pass a temperature all its epsilons, each epsilon but 0 takes a
/// forward pass of its own. The network must be in evaluation mode. `go_on` is told after every pass
/// how many images it was of, by one thread at a time; when it says no, nothing is returned. Throws
/// when the grid is empty, a temperature is not positive or an epsilon is negative.
std::optional<GridScores> score_grid(const nn::Module& network, const Normalization& normalization,
                                     const tensor::Tensor& images, const TuningGrid& grid,
                                     const std::function<bool(std::int64_t images)>& go_on = {});

/// What one setting gives.
struct GridPoint {
  double temperature = 0, epsilon = 0;
  double mean_in_score = 0;
  std::vector<Metrics> out;  ///< against each out-set
  Metrics mean{};            ///< over the out-sets; zeros without any
};

/// One point a setting, in the grid's order.
std::vector<GridPoint> measure_grid(const TuningGrid& grid, const GridScores& in,
                                    const std::vector<GridScores>& out);

/// What a good setting is good at, on average over the out-sets.
enum class Objective { fpr95, detection_error, auroc, aupr_in, aupr_out };
/// "fpr95", "detection-error", "auroc", "aupr-in", "aupr-out".
const std::vector<std::string>& objective_names();
std::string name_of(Objective objective);
/// Throws, listing the names, when it is none of them.
Objective parse_objective(std::string_view name);
double value_of(const Metrics& metrics, Objective objective);

/// The point that is best at the objective. Among equals the one of the higher AUROC, then the one
/// of the smaller step, then the first.
std::size_t best_point(const std::vector<GridPoint>& points, Objective objective);

/// The point of the highest mean score of the in-set: needs no out-set (Hsu, Shen, Jin, Kira:
/// "Generalized ODIN", CVPR 2020). Throws unless all points are of one temperature, since scores at
/// different temperatures cannot be compared.
std::size_t best_point_without_out_set(const std::vector<GridPoint>& points);

}  // namespace odin
