#pragma once

#include <string>
#include <vector>

#include "odin/native/scoring/tuning.h"

namespace odin::native {

/// How the scores of several sets are spread: counts in equal steps from the lowest score of all to
/// the highest, and the share of each set that lies above a threshold.
struct ScoreHistograms {
  double threshold = 0, low = 0, high = 0;
  std::vector<double> above;                      ///< a set
  std::vector<std::vector<std::int64_t>> counts;  ///< [set][bin]
};

constexpr std::size_t kHistogramBins = 40;

/// The histograms of sets' scores; none of the sets may be empty.
ScoreHistograms score_histograms(const std::vector<std::vector<double>>& sets, double threshold,
                                 std::size_t bins = kHistogramBins);

/// The object that `odin tune --histograms` writes, which the web page draws: histograms of all sets
/// at each setting of the grid and of the baseline. A threshold lets 95% of the in-set through, but
/// at the model's own setting it is the model's own. `command` made it.
std::string histograms_json(const Tuning& tuning, const TuningResult& result,
                            const std::string& command);

}  // namespace odin::native
