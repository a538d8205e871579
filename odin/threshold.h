#pragma once

#include <vector>

namespace odin {

/// The largest threshold above which at least the share `tpr` of the in-distribution scores lies:
/// 0.95 for the operating point of the method's paper. Throws unless there are scores, all of them
/// are finite and 0 < tpr <= 1.
double threshold_at_tpr(std::vector<double> in_scores, double tpr);

/// A threshold and how far it may be off because the in-distribution scores are a sample. The
/// intervals hold with 95% confidence for images of the same kind, whatever the distribution of
/// their scores: they come from the ranks of the scores, which are binomial.
struct ThresholdEstimate {
  double threshold;          ///< threshold_at_tpr
  double standard_error;     ///< of the threshold: its interval over that of a normal distribution
  double low, high;          ///< where the threshold of endlessly many images lies
  double tpr_low, tpr_high;  ///< the true positive rate that `threshold` gives on other images
};

/// As threshold_at_tpr. With fewer than about 3.7 / (1 - tpr) scores `low` is the lowest of them,
/// though the true threshold may be lower.
ThresholdEstimate estimate_threshold(std::vector<double> in_scores, double tpr);

}  // namespace odin
