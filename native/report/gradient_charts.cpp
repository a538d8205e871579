#include <algorithm>
#include <cmath>

#include "odin/native/report/chart.h"
#include "odin/native/report/sections.h"
#include "odin/native/sets/display_name.h"

namespace odin::native::report {
namespace {

constexpr std::size_t kMostPoints = 300, kBins = 10, kFewestInBin = 5;

/// The points of every k-th image, to limit the size of the chart.
std::vector<Point> sample(const SetDetails& s, double scale) {
  const std::size_t step = (s.before_step.size() + kMostPoints - 1) / kMostPoints;
  std::vector<Point> points;
  for (std::size_t i = 0; i < s.before_step.size(); i += step)
    points.emplace_back(s.before_step[i], scale * s.gradient_l1[i]);
  return points;
}

/// The mean gradient norm of the images in each of several bins of the score.
std::vector<Point> binned_means(const SetDetails& s, const Range& range, double scale) {
  std::vector<double> sums(kBins, 0);
  std::vector<std::size_t> counts(kBins, 0);
  const double width = range.high / kBins - range.low / kBins;
  for (std::size_t i = 0; i < s.before_step.size(); ++i) {
    const double share = share_of_range(s.before_step[i], range.low, range.high);
    const std::size_t bin = std::min(static_cast<std::size_t>(share * kBins), kBins - 1);
    sums[bin] += scale * s.gradient_l1[i];
    ++counts[bin];
  }
  std::vector<Point> means;
  for (std::size_t b = 0; b < kBins; ++b)
    if (counts[b] >= kFewestInBin)
      means.emplace_back(range.low + (static_cast<double>(b) + 0.5) * width,
                         sums[b] / static_cast<double>(counts[b]));
  return means;
}

/// The 99th percentile.
double upper_end(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[(values.size() - 1) * 99 / 100];
}

std::string chart_of(const SetDetails& in, const SetDetails& out, double temperature) {
  const Range range = range_of({&in.before_step, &out.before_step});
  const double top = temperature * std::max(upper_end(in.gradient_l1), upper_end(out.gradient_l1));
  Chart chart(display_name(out.set),
              {.label = "softmax score at T = " + compact_number(temperature) + ", before the step",
               .low = range.low,
               .high = range.high,
               .tick_count = 4},
              {.label = "T ‖∇ log S‖₁", .low = 0, .high = top > 0 ? 1.05 * top : 1});
  chart.points(sample(out, temperature), "out");
  chart.points(sample(in, temperature), "in");
  chart.line(binned_means(in, range, temperature), "in", "in, mean");
  chart.line(binned_means(out, range, temperature), "out", "out, mean");
  return chart.render();
}

}  // namespace

std::string gradient_charts(const Evaluation& e, Captions& captions) {
  if (!e.in || e.in->gradient_l1.empty()) return "";
  std::string charts;
  for (const SetDetails& out : e.out)
    if (!out.gradient_l1.empty()) charts += chart_of(*e.in, out, e.temperature);
  if (charts.empty()) return "";
  return "<h3>Why the step helps</h3>\n"
         "<p>The step raises the log score by about ε times the 1-norm of its gradient. Where "
         "in-distribution images have the larger gradients among images of equal score, it moves "
         "them further up than the others and so apart from them.</p>\n" +
         captions.figure(charts,
                         "1-norm of the gradient of the log score with respect to the image, times "
                         "T, over the score. Points: a sample of the images; lines: means over "
                         "tenths of the score's range that hold at least five images.");
}

}  // namespace odin::native::report
