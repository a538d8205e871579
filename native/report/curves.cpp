#include "odin/native/report/curves.h"

#include <algorithm>
#include <functional>

#include "odin/tensor/error.h"

namespace odin::native::report {
namespace {

/// How many of each set lie at or above a threshold.
struct Counts {
  double in, out;
};

/// At every score that occurs, from the highest down.
std::vector<Counts> counts_by_threshold(std::vector<double> in, std::vector<double> out) {
  require(!in.empty() && !out.empty(), "report: a set without scores");
  std::sort(in.begin(), in.end(), std::greater<>());
  std::sort(out.begin(), out.end(), std::greater<>());
  std::vector<Counts> counts;
  for (std::size_t i = 0, o = 0; i < in.size() || o < out.size();) {
    const double threshold = o == out.size() || (i < in.size() && in[i] >= out[o]) ? in[i] : out[o];
    while (i < in.size() && in[i] == threshold) ++i;
    while (o < out.size() && out[o] == threshold) ++o;
    counts.push_back({static_cast<double>(i), static_cast<double>(o)});
  }
  return counts;
}

}  // namespace

std::vector<Point> roc_curve(const std::vector<double>& in, const std::vector<double>& out) {
  std::vector<Point> points{{0, 0}};
  for (const Counts& c : counts_by_threshold(in, out))
    points.emplace_back(c.out / static_cast<double>(out.size()),
                        c.in / static_cast<double>(in.size()));
  return points;
}

std::vector<Point> precision_recall_curve(const std::vector<double>& in,
                                          const std::vector<double>& out) {
  std::vector<Point> points;
  for (const Counts& c : counts_by_threshold(in, out)) {
    const Point p{c.in / static_cast<double>(in.size()), c.in / (c.in + c.out)};
    if (points.empty()) points.emplace_back(0, p.second);
    points.push_back(p);
  }
  return points;
}

std::vector<double> histogram(const std::vector<double>& values, double low, double high,
                              std::size_t bins) {
  require(bins > 0 && high > low && !values.empty(), "report: a histogram of nothing");
  std::vector<double> shares(bins, 0);
  for (const double v : values) {
    const double place = std::clamp((v - low) / (high - low), 0.0, 1.0) * static_cast<double>(bins);
    ++shares[std::min(bins - 1, static_cast<std::size_t>(place))];
  }
  for (double& s : shares) s /= static_cast<double>(values.size());
  return shares;
}

}  // namespace odin::native::report
