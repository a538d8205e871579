#pragma once

#include <cstdint>

#include "odin/metrics.h"
#include "odin/threshold.h"

namespace odin {

/// 95% intervals of the metrics: what other samples of the same sizes might have given.
struct MetricsIntervals {
  Interval fpr95, detection_error_at_tpr95, detection_error, auroc, aupr_in, aupr_out;
};

inline constexpr int kResamples = 1000;

/// Percentile bootstrap (Efron & Tibshirani, "An introduction to the bootstrap", 1993, chapter 13):
/// both sets of scores are drawn anew with replacement, each by itself, so that the threshold at
/// 95% TPR varies too. Resamples of few or of completely separated scores vary too little,
/// so that fpr95 is widened to hold share_interval() at the threshold, and auroc to hold the
/// interval of Newcombe ("Confidence intervals for an effect size measure based on the
/// Mann-Whitney statistic, part 2", Statistics in Medicine 2006, method 5). The same seed gives the
/// same intervals on any number of threads. Throws unless resamples > 0. Thread-safe.
MetricsIntervals bootstrap_intervals(const ScoreRanking& ranking, std::uint64_t seed,
                                     int resamples = kResamples);

/// Newcombe's interval of an AUROC of `ins` and `outs` samples.
Interval auroc_interval(double auroc, std::int64_t ins, std::int64_t outs);

}  // namespace odin
