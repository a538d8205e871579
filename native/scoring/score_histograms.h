#pragma once

#include <string>
#include <vector>

#include "odin/native/scoring/tuning.h"

namespace odin::native {

/// Histograms of the scores of several sets: counts in bins of equal width from the lowest score of
/// all sets to the highest, and the fraction of each set above a threshold.
struct ScoreHistograms {
  double threshold = 0, low = 0, high = 0;
  std::vector<double> above;                      ///< [set]
  std::vector<std::vector<std::int64_t>> counts;  ///< [set][bin]
};

constexpr std::size_t kHistogramBins = 40;

/// The histograms of these scores, [set][image]; no set may be empty.
ScoreHistograms score_histograms(const std::vector<std::vector<double>>& sets, double threshold,
                                 std::size_t bins = kHistogramBins);

/// The JSON of `odin tune --histograms`, which the web page draws: histograms of all sets at each
/// setting of the grid, and of the baseline. The threshold is the one with 95% TPR, or the model's
/// own at the model's own setting. `command` is the command line that made it.
std::string histograms_json(const Tuning& tuning, const TuningResult& result,
                            const std::string& command);

}  // namespace odin::native
