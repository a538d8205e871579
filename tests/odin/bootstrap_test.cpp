#include "odin/bootstrap.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "odin/tensor/parallel.h"
#include "odin/tensor/random.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using tests::error_of;

namespace {

std::vector<double> normal_scores(std::uint64_t seed, int n, double mean) {
  const tensor::Random random(seed);
  std::vector<double> scores;
  for (int i = 0; i < n; ++i)
    scores.push_back(mean + random.normal_at(static_cast<std::uint64_t>(i)));
  return scores;
}

}  // namespace

TEST_SUITE("metrics") {
  TEST_CASE("intervals of shares are those of Clopper and Pearson") {
    // R: binom.test(k, n)$conf.int
    CHECK(share_interval(0, 300).low == 0);
    CHECK(share_interval(0, 300).high == doctest::Approx(0.01222065).epsilon(1e-5));
    CHECK(share_interval(5, 20).low == doctest::Approx(0.08657147).epsilon(1e-5));
    CHECK(share_interval(5, 20).high == doctest::Approx(0.4910459).epsilon(1e-5));
    CHECK(share_interval(20, 20).high == 1);
    CHECK(error_of([] { share_interval(3, 2); }) == "interval: 3 of 2");
  }

  TEST_CASE("intervals hold the metrics, shrink with the samples, and do not depend on threads") {
    double widths[2];
    for (const int n : {100, 1600}) {
      const ScoreRanking ranking(normal_scores(1, n, 1), normal_scores(2, n, 0));
      const Metrics m = ranking.metrics();
      const MetricsIntervals i = bootstrap_intervals(ranking, 1, 300);
      const auto holds = [](const Interval& interval, double value) {
        return interval.low <= value && value <= interval.high;
      };
      CHECK(holds(i.fpr95, m.fpr95));
      CHECK(holds(i.detection_error_at_tpr95, m.detection_error_at_tpr95));
      CHECK(holds(i.auroc, m.auroc));
      CHECK(holds(i.aupr_in, m.aupr_in));
      CHECK(holds(i.aupr_out, m.aupr_out));
      widths[n == 1600] = i.auroc.high - i.auroc.low;
    }
    CHECK(widths[0] / widths[1] == doctest::Approx(4).epsilon(0.3));

    const ScoreRanking ranking(normal_scores(1, 50, 1), normal_scores(2, 60, 0));
    const int threads = tensor::num_threads();
    tensor::set_num_threads(1);
    const MetricsIntervals one = bootstrap_intervals(ranking, 7, 50);
    tensor::set_num_threads(3);
    const MetricsIntervals three = bootstrap_intervals(ranking, 7, 50);
    tensor::set_num_threads(threads);
    CHECK(one.aupr_out.low == three.aupr_out.low);
    CHECK(one.fpr95.high == three.fpr95.high);
    CHECK(bootstrap_intervals(ranking, 8, 50).aupr_out.low != one.aupr_out.low);
  }

  TEST_CASE("intervals of AUROC hold the truth as often as they say") {
    // AUROC of two normal distributions: Phi(distance / sqrt(2)).
    const double truth = 0.5 * std::erfc(-1.5 / 2);
    int held = 0;
    for (std::uint64_t i = 0; i < 200; ++i) {
      const ScoreRanking ranking(normal_scores(2 * i, 40, 1.5), normal_scores(2 * i + 1, 40, 0));
      const Interval found = bootstrap_intervals(ranking, i, 100).auroc;
      held += found.low <= truth && truth <= found.high;
    }
    CHECK(held >= 184);  // of 200, expected 190 or, as the interval is widened, a few more
  }

  TEST_CASE("few scores that are separated prove little") {
    const ScoreRanking ranking(std::vector<double>(300, 1), std::vector<double>(300, 0));
    const MetricsIntervals i = bootstrap_intervals(ranking, 1, 20);
    CHECK(i.fpr95.low == 0);
    CHECK(i.fpr95.high > 0.01);
    CHECK(i.auroc.low < 0.995);
    CHECK(i.auroc.high == doctest::Approx(1));
    CHECK(auroc_interval(0.5, 10, 10).low == doctest::Approx(1 - auroc_interval(0.5, 10, 10).high));
  }

  TEST_CASE("infinite scores are in the order, and the figures are those of large numbers") {
    const double infinite = std::numeric_limits<double>::infinity();
    const std::vector<double> in{infinite, 2, -infinite}, out{1, -infinite, 0};
    const std::vector<double> large_in{1e9, 2, -1e9}, large_out{1, -1e9, 0};
    const Metrics a = compute_metrics(in, out), b = compute_metrics(large_in, large_out);
    CHECK(a.auroc == b.auroc);
    CHECK(a.fpr95 == b.fpr95);
    CHECK(a.aupr_in == b.aupr_in);
    CHECK(a.aupr_out == b.aupr_out);
    CHECK(threshold_at_tpr(in, 0.3) < infinite);
    CHECK(threshold_at_tpr(in, 0.95) == -infinite);
    CHECK_NOTHROW(bootstrap_intervals(ScoreRanking(in, out), 1, 10));
  }
}
