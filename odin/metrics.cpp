#include "odin/metrics.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "odin/tensor/error.h"

namespace odin {
namespace {

double ratio(std::int64_t part, std::int64_t all) {
  return static_cast<double>(part) / static_cast<double>(all);
}

std::vector<double> sorted_down(std::span<const double> scores, const char* set) {
  require(!scores.empty(), "metrics: no ", set, " scores");
  for (std::size_t i = 0; i < scores.size(); ++i)
    require(!std::isnan(scores[i]), "metrics: ", set, " score ", i, " is ", scores[i]);
  std::vector<double> sorted(scores.begin(), scores.end());
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  return sorted;
}

double detection_error(double tpr, double fpr) { return 0.5 * (1 - tpr) + 0.5 * fpr; }

/// Average precision: the sum of (recall step) * precision. Recall is 0 before the first point.
double average_precision(const std::vector<CurvePoint>& curve) {
  double sum = 0, recall = 0;
  for (const CurvePoint& p : curve) {
    sum += (p.x - recall) * p.y;
    recall = p.x;
  }
  return sum;
}

double distance_from_line(const CurvePoint& p, const CurvePoint& a, const CurvePoint& b) {
  const double dx = b.x - a.x, dy = b.y - a.y, length = std::hypot(dx, dy);
  if (length == 0) return std::hypot(p.x - a.x, p.y - a.y);
  return std::abs(dx * (p.y - a.y) - dy * (p.x - a.x)) / length;
}

}  // namespace

double Confusion::sensitivity() const { return ratio(true_in, true_in + false_out); }
double Confusion::specificity() const { return ratio(true_out, false_in + true_out); }
double Confusion::fpr() const { return ratio(false_in, false_in + true_out); }
double Confusion::precision() const { return ratio(true_in, true_in + false_in); }
double Confusion::accuracy() const {
  return ratio(true_in + true_out, true_in + false_out + false_in + true_out);
}
double Confusion::detection_error() const { return odin::detection_error(sensitivity(), fpr()); }

ScoreRanking::ScoreRanking(std::span<const double> in_scores, std::span<const double> out_scores) {
  const std::vector<double> in = sorted_down(in_scores, "in-distribution");
  const std::vector<double> out = sorted_down(out_scores, "out-of-distribution");
  std::size_t i = 0, o = 0;
  while (i < in.size() || o < out.size()) {
    const bool from_in = o == out.size() || (i < in.size() && in[i] >= out[o]);
    const double score = from_in ? in[i] : out[o];
    while (i < in.size() && in[i] == score) ++i;
    while (o < out.size() && out[o] == score) ++o;
    steps_.push_back({score, static_cast<std::int64_t>(i), static_cast<std::int64_t>(o)});
  }
}

ScoreRanking::ScoreRanking(std::vector<Step> steps) : steps_(std::move(steps)) {
  require(!steps_.empty() && steps_.back().in > 0 && steps_.back().out > 0,
          "metrics: no samples of one kind");
}

Metrics ScoreRanking::metrics() const {
  const std::int64_t ins = in_count(), outs = out_count();
  // TPR >= 0.95 in integers, because 0.95 has no exact binary representation.
  const auto at95 = std::find_if(steps_.begin(), steps_.end(),
                                 [&](const Step& s) { return 20 * s.in >= 19 * ins; });
  Metrics m{};
  m.fpr95 = ratio(at95->out, outs);
  m.detection_error_at_tpr95 = odin::detection_error(ratio(at95->in, ins), m.fpr95);
  m.detection_error = 0.5;  // a threshold above every score
  double wins = 0;          // 2 for each pair in which the in-sample scores higher, 1 for each tie
  Step before{};
  for (const Step& s : steps_) {
    m.detection_error =
        std::min(m.detection_error, odin::detection_error(ratio(s.in, ins), ratio(s.out, outs)));
    wins += static_cast<double>(s.out - before.out) * static_cast<double>(s.in + before.in);
    before = s;
  }
  m.auroc = wins / (2 * static_cast<double>(ins) * static_cast<double>(outs));
  m.aupr_in = average_precision(precision_recall_in());
  m.aupr_out = average_precision(precision_recall_out());
  return m;
}

Confusion ScoreRanking::confusion(double threshold) const {
  require(!std::isnan(threshold), "metrics: the threshold is NaN");
  const auto below = std::partition_point(steps_.begin(), steps_.end(),
                                          [&](const Step& s) { return s.score > threshold; });
  const Step called_in = below == steps_.begin() ? Step{} : *std::prev(below);
  return {threshold, called_in.in, in_count() - called_in.in, called_in.out,
          out_count() - called_in.out};
}

std::vector<CurvePoint> ScoreRanking::roc() const {
  std::vector<CurvePoint> curve{{0, 0, std::nextafter(steps_.front().score, INFINITY)}};
  Step before{}, two_before{};
  for (const Step& s : steps_) {
    // A point on a straight line with the two points before it replaces the last one.
    const bool straight =
        curve.size() > 1 && (s.in - before.in) * (before.out - two_before.out) ==
                                (before.in - two_before.in) * (s.out - before.out);
    if (straight)
      curve.pop_back();
    else
      two_before = before;
    before = s;
    curve.push_back({ratio(s.out, out_count()), ratio(s.in, in_count()), s.score});
  }
  return curve;
}

std::vector<CurvePoint> ScoreRanking::precision_recall_in() const {
  std::vector<CurvePoint> curve;
  for (const Step& s : steps_)
    curve.push_back({ratio(s.in, in_count()), ratio(s.in, s.in + s.out), s.score});
  return curve;
}

std::vector<CurvePoint> ScoreRanking::precision_recall_out() const {
  std::vector<CurvePoint> curve;
  for (std::size_t i = steps_.size(); i-- > 0;) {
    const Step above = i == 0 ? Step{} : steps_[i - 1];
    const std::int64_t in = in_count() - above.in, out = out_count() - above.out;
    curve.push_back({ratio(out, out_count()), ratio(out, in + out), steps_[i].score});
  }
  return curve;
}

Metrics compute_metrics(std::span<const double> in, std::span<const double> out) {
  return ScoreRanking(in, out).metrics();
}

std::vector<CurvePoint> thin_curve(const std::vector<CurvePoint>& curve, double tolerance) {
  if (curve.size() < 3) return curve;
  std::vector<char> kept(curve.size(), 0);
  kept.front() = kept.back() = 1;
  std::vector<std::pair<std::size_t, std::size_t>> pieces{{0, curve.size() - 1}};
  while (!pieces.empty()) {
    const auto [first, last] = pieces.back();
    pieces.pop_back();
    std::size_t farthest = first;
    double distance = tolerance;
    for (std::size_t i = first + 1; i < last; ++i) {
      const double d = distance_from_line(curve[i], curve[first], curve[last]);
      if (d > distance) distance = d, farthest = i;
    }
    if (farthest == first) continue;
    kept[farthest] = 1;
    pieces.emplace_back(first, farthest);
    pieces.emplace_back(farthest, last);
  }
  std::vector<CurvePoint> thinned;
  for (std::size_t i = 0; i < curve.size(); ++i)
    if (kept[i]) thinned.push_back(curve[i]);
  return thinned;
}

}  // namespace odin
