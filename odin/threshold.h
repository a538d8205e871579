#pragma once

#include <cstdint>
#include <vector>

namespace odin {

/// The largest threshold with at least the fraction `tpr` of the in-distribution scores above it.
/// The method's paper uses tpr = 0.95. Throws unless there are scores, none is NaN and 0 < tpr <= 1.
/// If so many scores are -infinity that no threshold is below them, it is -infinity.
double threshold_at_tpr(std::vector<double> in_scores, double tpr);

/// A threshold with 95% confidence intervals, since the in-distribution scores are only a sample.
/// The intervals are distribution-free: they use the ranks of the scores (order statistics), whose
/// distribution is binomial.
struct ThresholdEstimate {
  double threshold;          ///< threshold_at_tpr
  double standard_error;     ///< (high - low) over the width of the standard normal's 95% interval
  double low, high;          ///< interval of the threshold that infinitely many images would give
  double tpr_low, tpr_high;  ///< interval of the true positive rate of `threshold` on new images
};

/// threshold_at_tpr with its intervals; throws as it does, and unless all scores are finite. With fewer than about 3.7 / (1 - tpr)
/// scores `low` is the lowest score, although the true threshold may be lower.
ThresholdEstimate estimate_threshold(std::vector<double> in_scores, double tpr);

/// An interval that holds the true value with 95% confidence.
struct Interval {
  double low, high;
};

/// The interval of a probability of which n trials had k hits (Clopper & Pearson, "The use of
/// confidence or fiducial limits illustrated in the case of the binomial", Biometrika 1934). Throws
/// unless 0 <= k <= n and n > 0.
Interval share_interval(std::int64_t k, std::int64_t n);

}  // namespace odin
