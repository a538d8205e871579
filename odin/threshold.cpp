#include "odin/threshold.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "odin/tensor/error.h"

namespace odin {
namespace {

constexpr double kTail = 0.025;           // probability on either side of a 95% interval
constexpr double kNormalHalf = 1.959964;  // half the width of the standard normal's 95% interval

/// How many of n scores must lie above the threshold.
std::size_t needed_above(std::size_t n, double tpr) {
  return static_cast<std::size_t>(std::ceil(tpr * static_cast<double>(n)));
}

void check(const std::vector<double>& scores, double tpr) {
  require(!scores.empty(), "threshold: no scores");
  require(tpr > 0 && tpr <= 1, "threshold: expected 0 < TPR <= 1, got ", tpr);
  for (double s : scores) require(!std::isnan(s), "threshold: a score is ", s);
}

/// The largest threshold that `score` is above: the next smaller double.
double just_below(double score) {
  return std::nextafter(score, -std::numeric_limits<double>::infinity());
}

/// The probability of exactly k hits in n trials.
double binomial(double k, double n, double p) {
  if (p <= 0 || p >= 1) return (p <= 0 ? k == 0 : k == n) ? 1 : 0;
  return std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) +
                  k * std::log(p) + (n - k) * std::log1p(-p));
}

/// The probability of at most k hits in n trials.
double binomial_at_most(std::size_t k, std::size_t n, double p) {
  double sum = 0;
  for (std::size_t i = 0; i <= k; ++i)
    sum += binomial(static_cast<double>(i), static_cast<double>(n), p);
  return std::min(sum, 1.0);
}

/// The smallest k for which the probability of at most k hits is at least `share`.
std::size_t binomial_quantile(double share, std::size_t n, double p) {
  double sum = 0;
  for (std::size_t k = 0; k < n; ++k) {
    sum += binomial(static_cast<double>(k), static_cast<double>(n), p);
    if (sum >= share) return k;
  }
  return n;
}

/// The quantile of the true positive rate: the x with P(TPR <= x) = share. For a threshold at the
/// m-th highest of n scores, TPR has a beta distribution: P(TPR <= x) = P(at least m hits in n
/// trials of probability x).
double tpr_quantile(double share, std::size_t m, std::size_t n) {
  double low = 0, high = 1;
  for (int i = 0; i < 50; ++i) {
    const double x = (low + high) / 2;
    (binomial_at_most(n - m, n, 1 - x) < share ? low : high) = x;
  }
  return (low + high) / 2;
}

}  // namespace

double threshold_at_tpr(std::vector<double> scores, double tpr) {
  check(scores, tpr);
  const auto last = scores.end() - static_cast<std::ptrdiff_t>(needed_above(scores.size(), tpr));
  std::nth_element(scores.begin(), last, scores.end());
  return just_below(*last);
}

ThresholdEstimate estimate_threshold(std::vector<double> scores, double tpr) {
  check(scores, tpr);
  for (double s : scores) require(std::isfinite(s), "threshold: a score is ", s);
  std::sort(scores.begin(), scores.end());
  const std::size_t n = scores.size(), above = needed_above(n, tpr);
  const std::size_t low = binomial_quantile(kTail, n, 1 - tpr);
  const std::size_t high = binomial_quantile(1 - kTail, n, 1 - tpr) + 1;
  ThresholdEstimate e{};
  e.threshold = just_below(scores[n - above]);
  e.low = just_below(scores[std::max<std::size_t>(low, 1) - 1]);  // ranks count from 1
  e.high = scores[std::min(high, n) - 1];
  e.standard_error = (e.high - e.low) / (2 * kNormalHalf);
  e.tpr_low = tpr_quantile(kTail, above, n);
  e.tpr_high = tpr_quantile(1 - kTail, above, n);
  return e;
}

Interval share_interval(std::int64_t k, std::int64_t n) {
  require(n > 0 && k >= 0 && k <= n, "interval: ", k, " of ", n);
  const auto hits = static_cast<std::size_t>(k), trials = static_cast<std::size_t>(n);
  return {k == 0 ? 0 : tpr_quantile(kTail, hits, trials),
          k == n ? 1 : tpr_quantile(1 - kTail, hits + 1, trials)};
}

}  // namespace odin
