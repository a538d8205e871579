#include "odin/metrics.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <string>

#include "odin/nn/io/safetensors.h"
#include "odin/tensor/random.h"
#include "odin/tests/nn/io_fixtures.h"
#include "odin/threshold.h"

using namespace odin;
using tests::error_of;

namespace {

using Scores = std::vector<double>;

// The metrics by their definitions, by brute force over all thresholds or pairs.

double share_at_least(const Scores& scores, double threshold) {
  double n = 0;
  for (double s : scores) n += s >= threshold;
  return n / static_cast<double>(scores.size());
}

/// All scores as thresholds, and one threshold above them.
Scores thresholds(const Scores& in, const Scores& out) {
  Scores all = in;
  all.insert(all.end(), out.begin(), out.end());
  all.push_back(*std::max_element(all.begin(), all.end()) + 1);
  return all;
}

double brute_auroc(const Scores& in, const Scores& out) {
  double wins = 0;
  for (double i : in)
    for (double o : out) wins += i > o ? 1 : i == o ? 0.5 : 0;
  return wins / static_cast<double>(in.size() * out.size());
}

/// The mean, over the positives, of the precision at the positive's score.
double brute_average_precision(const Scores& positives, const Scores& negatives) {
  double sum = 0;
  for (double p : positives) {
    const double found = share_at_least(positives, p) * static_cast<double>(positives.size());
    const double wrong = share_at_least(negatives, p) * static_cast<double>(negatives.size());
    sum += found / (found + wrong);
  }
  return sum / static_cast<double>(positives.size());
}

Scores negated(Scores scores) {
  for (double& s : scores) s = -s;
  return scores;
}

Metrics brute_metrics(const Scores& in, const Scores& out) {
  double best = 1, delta95 = -std::numeric_limits<double>::infinity();
  for (double t : thresholds(in, out)) {
    best = std::min(best, 0.5 * (1 - share_at_least(in, t)) + 0.5 * share_at_least(out, t));
    if (share_at_least(in, t) > 0.95 - 1e-12) delta95 = std::max(delta95, t);
  }
  const double fpr = share_at_least(out, delta95);
  return {fpr,
          0.5 * (1 - share_at_least(in, delta95)) + 0.5 * fpr,
          best,
          brute_auroc(in, out),
          brute_average_precision(in, out),
          brute_average_precision(negated(out), negated(in))};
}

void check_equal(const Metrics& a, const Metrics& b) {
  const auto near = [](double x) { return doctest::Approx(x).epsilon(1e-12); };
  CHECK(a.fpr95 == near(b.fpr95));
  CHECK(a.detection_error_at_tpr95 == near(b.detection_error_at_tpr95));
  CHECK(a.detection_error == near(b.detection_error));
  CHECK(a.auroc == near(b.auroc));
  CHECK(a.aupr_in == near(b.aupr_in));
  CHECK(a.aupr_out == near(b.aupr_out));
}

/// `n` random scores on `levels` equal steps of [0,1), shifted by `shift` steps. Few levels give
/// many ties.
Scores random_scores(std::uint64_t seed, std::int64_t n, std::uint32_t levels, double shift) {
  const tensor::Random random(seed);
  Scores scores;
  for (std::int64_t i = 0; i < n; ++i)
    scores.push_back((random.below(static_cast<std::uint64_t>(i), levels) + shift) / levels);
  return scores;
}

}  // namespace

TEST_SUITE("odin") {
  TEST_CASE("the metrics equal their definitions, with few and many ties, on small and odd sets") {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
      CAPTURE(seed);
      const tensor::Random random(seed, 1);
      const auto ins = 1 + random.below(0, seed < 30 ? 8 : 300);
      const auto outs = 1 + random.below(1, seed < 30 ? 8 : 300);
      const std::uint32_t levels[] = {1, 2, 5, 20, 1000, 1u << 30};
      const std::uint32_t steps = levels[seed % 6];
      const Scores in = random_scores(2 * seed + 10, ins, steps, random.below(2, steps / 2 + 1));
      const Scores out = random_scores(2 * seed + 11, outs, steps, 0);
      check_equal(compute_metrics(in, out), brute_metrics(in, out));
    }
  }

  TEST_CASE("figures of a network's scores are NumPy's, with few digits and many ties") {
    // tests/golden/metrics.py: AUROC, FPR of both conventions, average precisions.
    const auto file = nn::read_safetensors(tests::golden("metrics.safetensors")).tensors;
    int compared = 0;
    for (const char* key : {"0/1", "0/3", "0/17", "1/1", "1/3", "1/17"}) {
      CAPTURE(key);
      const auto part = [&](const char* name) {
        return file.at(std::string(key) + "/" + name).to_vector<double>();
      };
      const Scores in = part("in"), out = part("out"), expected = part("figures");
      const Metrics m = compute_metrics(in, out);
      const double rejected = compute_metrics(negated(out), negated(in)).fpr95;
      const Scores actual{m.auroc, m.fpr95, rejected, m.aupr_in, m.aupr_out};
      REQUIRE(expected.size() == actual.size());
      for (std::size_t i = 0; i < actual.size(); ++i) {
        CAPTURE(i);
        CHECK(std::abs(actual[i] - expected[i]) < 1e-12);
        ++compared;
      }
    }
    CHECK(compared == 30);
  }

  TEST_CASE("known values: separate sets, equal sets, reversed sets") {
    const Scores low{1, 2, 3}, high{4, 5, 6};
    check_equal(compute_metrics(high, low), {0, 0, 0, 1, 1, 1});
    const Metrics reversed = compute_metrics(low, high);
    CHECK(reversed.fpr95 == 1);
    CHECK(reversed.detection_error == 0.5);
    CHECK(reversed.auroc == 0);
    const Metrics equal = compute_metrics(low, low);
    CHECK(equal.fpr95 == 1);
    CHECK(equal.auroc == 0.5);
    check_equal(compute_metrics(Scores{7, 7}, Scores{7, 7, 7, 7}),
                {1, 0.5, 0.5, 0.5, 1. / 3, 2. / 3});
  }

  TEST_CASE("the threshold of FPR at 95% TPR lets exactly 95% through where that is possible") {
    // 0.95 has no exact binary representation; 19 of 20 and 95 of 100 must count as 95%.
    for (const int n : {20, 40, 100, 1000, 9000}) {
      Scores in, out;
      for (int i = 0; i < n; ++i) in.push_back(i), out.push_back(i - 0.5);
      CAPTURE(n);
      const Metrics m = compute_metrics(in, out);
      CHECK(m.fpr95 == doctest::Approx(0.95 - 1.0 / n).epsilon(1e-12));
      CHECK(m.detection_error_at_tpr95 == doctest::Approx(0.025 + m.fpr95 / 2).epsilon(1e-12));
      // threshold_at_tpr counts scores strictly above: the same decisions.
      CHECK(ScoreRanking(in, out).confusion(threshold_at_tpr(in, 0.95)).fpr() == m.fpr95);
    }
  }

  TEST_CASE("the confusion matrix counts scores above the threshold as in") {
    const ScoreRanking ranking(Scores{1, 2, 2, 3, 4}, Scores{0, 1, 2, 3});
    const Confusion c = ranking.confusion(2);
    CHECK(c.true_in == 2);
    CHECK(c.false_out == 3);
    CHECK(c.false_in == 1);
    CHECK(c.true_out == 3);
    CHECK(c.sensitivity() == 0.4);
    CHECK(c.specificity() == 0.75);
    CHECK(c.fpr() == 0.25);
    CHECK(c.precision() == doctest::Approx(2.0 / 3));
    CHECK(c.accuracy() == doctest::Approx(5.0 / 9));
    CHECK(c.detection_error() == doctest::Approx(0.5 * 0.6 + 0.5 * 0.25));
    CHECK(ranking.confusion(-1).true_in == 5);
    CHECK(ranking.confusion(4).true_in == 0);
    CHECK(std::isnan(ranking.confusion(4).precision()));
    CHECK(ranking.confusion(1.5).true_in == 4);
  }

  TEST_CASE("the ROC curve runs from corner to corner, and its area is the AUROC") {
    const Scores in = random_scores(1, 400, 50, 12), out = random_scores(2, 300, 50, 0);
    const ScoreRanking ranking(in, out);
    const auto area = [](const std::vector<CurvePoint>& curve) {
      double sum = 0;
      for (std::size_t i = 1; i < curve.size(); ++i)
        sum += (curve[i].x - curve[i - 1].x) * (curve[i].y + curve[i - 1].y) / 2;
      return sum;
    };
    const auto roc = ranking.roc();
    CHECK(roc.front().x == 0);
    CHECK(roc.front().y == 0);
    CHECK(roc.back().x == 1);
    CHECK(roc.back().y == 1);
    CHECK(area(roc) == doctest::Approx(ranking.metrics().auroc).epsilon(1e-12));
    for (const CurvePoint& p : roc) {
      CHECK(p.x == doctest::Approx(share_at_least(out, p.threshold)));
      CHECK(p.y == doctest::Approx(share_at_least(in, p.threshold)));
    }
    // The curve of perfectly separated scores has three points, however many scores there are.
    CHECK(ScoreRanking(Scores{5, 6, 7, 8}, Scores{1, 2, 3}).roc().size() == 3);
  }

  TEST_CASE("the precision-recall curves have each threshold's counts") {
    const Scores in = random_scores(3, 90, 20, 4), out = random_scores(4, 70, 20, 0);
    const ScoreRanking ranking(in, out);
    for (const CurvePoint& p : ranking.precision_recall_in()) {
      const double found = 90 * share_at_least(in, p.threshold);
      CHECK(p.x == doctest::Approx(found / 90));
      CHECK(p.y == doctest::Approx(found / (found + 70 * share_at_least(out, p.threshold))));
    }
    for (const CurvePoint& p : ranking.precision_recall_out()) {
      const double found = 70 * share_at_least(negated(out), -p.threshold);
      CHECK(p.x == doctest::Approx(found / 70));
      CHECK(p.y ==
            doctest::Approx(found / (found + 90 * share_at_least(negated(in), -p.threshold))));
    }
  }

  TEST_CASE("a thinned curve stays within the tolerance and keeps its corners") {
    std::vector<CurvePoint> stairs;
    for (int i = 0; i <= 1000; ++i)
      stairs.push_back({i < 300 ? 0 : (i - 300) / 700.0, i < 300 ? i / 300.0 : 1, 0});
    const auto corners = thin_curve(stairs);
    REQUIRE(corners.size() == 3);
    CHECK(corners[1].x == 0);
    CHECK(corners[1].y == 1);

    std::vector<CurvePoint> arc;
    for (int i = 0; i <= 20000; ++i) arc.push_back({i / 20000.0, std::sqrt(i / 20000.0), 0});
    const auto thin = thin_curve(arc, 1e-3);
    CHECK(thin.size() < 60);
    CHECK(thin.front().x == 0);
    CHECK(thin.back().x == 1);
    std::size_t piece = 0;
    double worst = 0;
    for (const CurvePoint& p : arc) {
      while (piece + 2 < thin.size() && p.x > thin[piece + 1].x) ++piece;
      const CurvePoint &a = thin[piece], &b = thin[piece + 1];
      const double length = std::hypot(b.x - a.x, b.y - a.y);
      worst =
          std::max(worst, std::abs((b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)) / length);
    }
    CHECK(worst <= 1e-3);
    CHECK(thin_curve({{0, 0, 0}, {1, 1, 0}}).size() == 2);
  }

  TEST_CASE("the metrics of 10,000 against 10,000 scores take less than 50 ms") {
    const Scores in = random_scores(5, 10000, 1u << 30, 1 << 28);
    const Scores out = random_scores(6, 10000, 1u << 30, 0);
    double best = 1;
    for (int repeat = 0; repeat < 5; ++repeat) {
      const auto start = std::chrono::steady_clock::now();
      const Metrics m = compute_metrics(in, out);
      best = std::min(
          best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
      CHECK(m.auroc > 0.5);
    }
    MESSAGE("milliseconds: ", 1000 * best);
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__)
    CHECK(best < 0.050);
#endif
  }

  TEST_CASE("no scores and scores that are no numbers are errors that say which") {
    const Scores some{1, 2}, none;
    const double nan = std::nan("");
    CHECK(error_of([&] { compute_metrics(none, some); }) == "metrics: no in-distribution scores");
    CHECK(error_of([&] { compute_metrics(some, none); }) ==
          "metrics: no out-of-distribution scores");
    CHECK(error_of([&] {
            compute_metrics(Scores{1, nan}, some);
          }) == "metrics: in-distribution score 1 is nan");
    CHECK(error_of([&] {
            compute_metrics(some, Scores{-nan});
          }).starts_with("metrics: out-of-distribution score 0 is "));
    CHECK(error_of([&] { ScoreRanking(some, some).confusion(nan); }) ==
          "metrics: the threshold is NaN");
  }
}
