#include "odin/threshold.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "odin/tensor/random.h"

using namespace odin;

TEST_SUITE("odin") {
  TEST_CASE("a threshold's interval lies around it and shrinks with the root of the scores") {
    const auto estimate = [](std::int64_t n) {
      std::vector<double> scores;
      for (std::int64_t i = 0; i < n; ++i)
        scores.push_back((static_cast<double>(i) + 0.5) / static_cast<double>(n));
      return estimate_threshold(scores, 0.95);
    };
    const ThresholdEstimate e = estimate(1000);
    CHECK(e.threshold == doctest::Approx(0.05).epsilon(0.02));
    CHECK(e.low < e.threshold);
    CHECK(e.threshold < e.high);
    // The 5% quantile of n uniform numbers has the standard deviation sqrt(0.05 * 0.95 / n).
    CHECK(e.standard_error == doctest::Approx(std::sqrt(0.05 * 0.95 / 1000)).epsilon(0.1));
    CHECK(estimate(16000).standard_error == doctest::Approx(e.standard_error / 4).epsilon(0.1));
    // Beta(950, 51) has its 2.5% and 97.5% quantiles at 0.9346 and 0.9617.
    CHECK(e.tpr_low == doctest::Approx(0.9346).epsilon(2e-4));
    CHECK(e.tpr_high == doctest::Approx(0.9617).epsilon(2e-4));
  }

  TEST_CASE("the intervals hold what they promise in about 95 of 100 samples") {
    constexpr int kSamples = 400, kScores = 300;
    int threshold_held = 0, tpr_held = 0;
    for (int sample = 0; sample < kSamples; ++sample) {
      const tensor::Random random(11, static_cast<std::uint64_t>(sample));
      std::vector<double> scores;
      for (std::uint64_t i = 0; i < kScores; ++i) scores.push_back(random.uniform_at(i));
      const ThresholdEstimate e = estimate_threshold(scores, 0.95);
      threshold_held += e.low <= 0.05 && 0.05 <= e.high;
      const double tpr = 1 - e.threshold;  // of the uniform distribution
      tpr_held += e.tpr_low <= tpr && tpr <= e.tpr_high;
    }
    // The binomial standard deviation of the count is 4.4.
    CHECK(threshold_held >= 362);
    CHECK(tpr_held >= 362);
    CHECK(tpr_held <= 396);
  }

  TEST_CASE("one score, equal scores and all of them being needed are no trouble") {
    const ThresholdEstimate one = estimate_threshold({0.5}, 0.95);
    CHECK(one.threshold < 0.5);
    CHECK(one.threshold == doctest::Approx(0.5));
    CHECK(one.tpr_low == doctest::Approx(0.025).epsilon(1e-6));
    CHECK(one.tpr_high == doctest::Approx(0.975).epsilon(1e-6));
    const ThresholdEstimate equal = estimate_threshold(std::vector<double>(200, 0.25), 0.95);
    CHECK(equal.standard_error < 1e-9);
    CHECK(estimate_threshold({1, 2, 3}, 1).threshold < 1);
  }
}
