#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace odin {

// Metrics of how well scores separate in-distribution samples (the positive class; higher scores)
// from out-of-distribution samples. All are exact: computed from the sorted scores, not on a grid
// of thresholds, with equal scores as one step. All values are fractions in [0, 1]. Thread-safe.

/// Defined as in the method's paper (Liang et al. 2018) unless noted.
struct Metrics {
  /// False positive rate at the largest threshold with a true positive rate of at least 95%.
  double fpr95;
  /// 0.5 (1 - TPR) + 0.5 FPR at that threshold: the paper's detection error.
  double detection_error_at_tpr95;
  /// The minimum of 0.5 (1 - TPR) + 0.5 FPR over all thresholds: what the published code computes.
  double detection_error;
  /// Area under the ROC curve: the probability that an in-distribution sample scores higher than an
  /// out-of-distribution sample, with ties counted half.
  double auroc;
  /// Area under the precision-recall curve (average precision) with the in-distribution samples as
  /// positives, or the out-of-distribution samples (scores negated).
  double aupr_in, aupr_out;
};

/// The confusion matrix of the decision "in-distribution if score > threshold".
struct Confusion {
  double threshold = 0;
  std::int64_t true_in = 0, false_out = 0;  ///< in-distribution, classified as in and out
  std::int64_t false_in = 0, true_out = 0;  ///< out-of-distribution, classified as in and out

  double sensitivity() const;      ///< true positive rate: true_in / (true_in + false_out)
  double specificity() const;      ///< true_out / (true_out + false_in)
  double fpr() const;              ///< 1 - specificity
  double precision() const;        ///< true_in / (true_in + false_in); NaN if both are 0
  double accuracy() const;         ///< (true_in + true_out) / all samples
  double detection_error() const;  ///< 0.5 (1 - sensitivity) + 0.5 fpr
};

struct CurvePoint {
  double x, y;
  double threshold;  ///< positives are scores >= threshold (for aupr_out's curve: <= threshold)
};

/// In-distribution and out-of-distribution scores, sorted once for all metrics.
class ScoreRanking {
 public:
  /// Infinite scores have their place in the order. Throws unless both are non-empty and no score is
  /// NaN.
  ScoreRanking(std::span<const double> in, std::span<const double> out);

  /// How many samples of each kind score at least `score`.
  struct Step {
    double score;
    std::int64_t in, out;
  };
  /// From steps as steps() returns them. Throws unless the last one has samples of both kinds.
  explicit ScoreRanking(std::vector<Step> steps);

  /// One step for each distinct score, the highest first; the last one counts all samples.
  const std::vector<Step>& steps() const { return steps_; }
  std::int64_t in_count() const { return steps_.back().in; }
  std::int64_t out_count() const { return steps_.back().out; }

  Metrics metrics() const;
  Confusion confusion(double threshold) const;

  /// The corners of the ROC curve from (0,0) to (1,1): x = FPR, y = TPR.
  std::vector<CurvePoint> roc() const;
  /// x = recall, y = precision, one point for each distinct score.
  std::vector<CurvePoint> precision_recall_in() const;
  std::vector<CurvePoint> precision_recall_out() const;

 private:
  std::vector<Step> steps_;
};

/// ScoreRanking(in, out).metrics()
Metrics compute_metrics(std::span<const double> in, std::span<const double> out);

/// Simplifies a curve for drawing: keeps few of its points, its ends included, so that it moves by
/// at most `tolerance` (Ramer-Douglas-Peucker algorithm).
std::vector<CurvePoint> thin_curve(const std::vector<CurvePoint>& curve, double tolerance = 5e-4);

}  // namespace odin
