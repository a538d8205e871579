#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace odin {

// How well scores tell in-distribution samples, the positive class, from the others. A higher score
// means in. Everything is exact: the scores are sorted once, equal ones are one step, and no figure
// depends on a grid of thresholds. All figures are fractions.

struct Metrics {
  /// The share of the out-scores at or above the largest threshold that 95% of the in-scores reach.
  double fpr95;
  /// 0.5 (1 - TPR) + 0.5 FPR at that threshold: what the method's paper defines.
  double detection_error_at_tpr95;
  /// The least 0.5 (1 - TPR) + 0.5 FPR over all thresholds: what its published code computes.
  double detection_error;
  /// The chance that an in-sample outscores an out-sample, a tie counting half.
  double auroc;
  // Average precision with the in-samples (or the out-samples, scores negated) as the positives.
  double aupr_in, aupr_out;
};

/// The verdicts "in when the score is above the threshold", counted.
struct Confusion {
  double threshold = 0;
  std::int64_t true_in = 0, false_out = 0;  ///< in-samples called in, and out
  std::int64_t false_in = 0, true_out = 0;  ///< out-samples called in, and out

  double sensitivity() const;      ///< true positive rate: true_in / all in-samples
  double specificity() const;      ///< true_out / all out-samples
  double fpr() const;              ///< 1 - specificity
  double precision() const;        ///< true_in / all called in; NaN when none is
  double accuracy() const;         ///< share of right verdicts over all samples
  double detection_error() const;  ///< 0.5 (1 - sensitivity) + 0.5 fpr: both kinds weigh the same
};

struct CurvePoint {
  double x, y;
  double threshold;  ///< scores at or above it (for aupr_out's curve: at or below) count as found
};

/// In- and out-scores sorted together once, for all that is asked of them.
class ScoreRanking {
 public:
  /// Throws unless both are non-empty and every score is finite.
  ScoreRanking(std::span<const double> in, std::span<const double> out);

  /// The samples that score at least `score`.
  struct Step {
    double score;
    std::int64_t in, out;
  };
  /// One for each distinct score, the highest first; the last one counts all samples.
  const std::vector<Step>& steps() const { return steps_; }
  std::int64_t in_count() const { return steps_.back().in; }
  std::int64_t out_count() const { return steps_.back().out; }

  Metrics metrics() const;
  Confusion confusion(double threshold) const;

  /// Every corner of the curve, from (0,0) to (1,1): x the false, y the true positive rate.
  std::vector<CurvePoint> roc() const;
  /// x recall, y precision, one point for each distinct score.
  std::vector<CurvePoint> precision_recall_in() const;
  std::vector<CurvePoint> precision_recall_out() const;

 private:
  std::vector<Step> steps_;
};

/// ScoreRanking(in, out).metrics()
Metrics compute_metrics(std::span<const double> in, std::span<const double> out);

/// The curve with as few of its points as keep it within `tolerance` of itself everywhere (Ramer,
/// Douglas, Peucker), for drawing: ends and corners stay.
std::vector<CurvePoint> thin_curve(const std::vector<CurvePoint>& curve, double tolerance = 5e-4);

}  // namespace odin
