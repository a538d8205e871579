#pragma once

#include <vector>

#include "odin/native/report/svg.h"

namespace odin::native::report {

// Of the scores of an in- and an out-set, as fractions; in is the positive class, and a score is
// positive when it is at or above the threshold. One point for each threshold that differs.

/// (false positive rate, true positive rate) from (0, 0) to (1, 1).
std::vector<Point> roc_curve(const std::vector<double>& in, const std::vector<double>& out);

/// (recall, precision) by rising recall, beginning with the precision at the highest score.
std::vector<Point> precision_recall_curve(const std::vector<double>& in,
                                          const std::vector<double>& out);

/// The share of the values in each of `bins` bins of equal width over [low, high]. What lies outside
/// counts in the bin at that end.
std::vector<double> histogram(const std::vector<double>& values, double low, double high,
                              std::size_t bins);

}  // namespace odin::native::report
