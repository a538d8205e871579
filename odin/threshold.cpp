#include "odin/threshold.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "odin/tensor/error.h"

namespace odin {

double threshold_at_tpr(std::vector<double> scores, double tpr) {
  require(!scores.empty(), "threshold: no scores");
  require(tpr > 0 && tpr <= 1, "threshold: expected 0 < TPR <= 1, got ", tpr);
  for (double s : scores) require(std::isfinite(s), "threshold: a score is ", s);
  std::sort(scores.begin(), scores.end(), std::greater<>());
  const auto needed = static_cast<std::size_t>(std::ceil(tpr * static_cast<double>(scores.size())));
  // A score counts when it is above the threshold: the next number below the last one needed.
  return std::nextafter(scores[needed - 1], -std::numeric_limits<double>::infinity());
}

}  // namespace odin
