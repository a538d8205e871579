#include <algorithm>
#include <numeric>

#include "odin/native/report/chart.h"
#include "odin/native/report/paper_figures.h"
#include "odin/native/report/sections.h"
#include "odin/native/sets/display_name.h"

namespace odin::native::report {
namespace {

std::vector<Point> in_percent(std::vector<Point> points) {
  for (auto& [x, y] : points) x *= 100, y *= 100;
  return points;
}

std::vector<double> shares_in_percent(std::vector<double> counts) {
  const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
  for (double& c : counts) c *= total > 0 ? 100 / total : 0;
  return counts;
}

Axis percent_axis(const std::string& label) {
  return {.label = label, .low = 0, .high = 100, .tick_count = 5};
}

std::string roc_chart(const Result& r, const std::string& method) {
  Chart chart("ROC", percent_axis("false positive rate (%)"),
              percent_axis("true positive rate (%)"));
  chart.diagonal();
  chart.line(in_percent(r.baseline.curves->roc), "baseline", "baseline");
  chart.line(in_percent(r.method.curves->roc), "odin", method);
  chart.points({{100 * r.baseline.metrics.fpr95, 95}}, "baseline strong", "", 3);
  chart.points({{100 * r.method.metrics.fpr95, 95}}, "odin strong", "", 3);
  return chart.render();
}

std::string precision_recall_chart(const Result& r, const std::string& method) {
  Chart chart("Precision and recall", percent_axis("recall (%)"), percent_axis("precision (%)"));
  chart.line(in_percent(r.baseline.curves->precision), "baseline", "baseline");
  chart.line(in_percent(r.method.curves->precision), "odin", method);
  return chart.render();
}

}  // namespace

std::string score_histogram(const std::string& title, const std::string& label,
                            const ScoreCurves& c) {
  const auto in = shares_in_percent(c.in_counts), out = shares_in_percent(c.out_counts);
  const double top =
      std::max(*std::max_element(in.begin(), in.end()), *std::max_element(out.begin(), out.end()));
  const std::vector<double> ends{c.lowest, c.highest};
  const Range range = range_of({&ends});
  Chart chart(title, {.label = label, .low = range.low, .high = range.high, .tick_count = 4},
              {.label = "share of images (%)", .low = 0, .high = top > 0 ? 1.18 * top : 1});
  chart.histogram(in, "in", "in");
  chart.histogram(out, "out", "out");
  chart.marker(c.threshold, "95% TPR");
  return chart.render();
}

std::string score_charts(const Evaluation& e, Captions& captions) {
  const std::string method = method_title(e.method);
  std::string charts;
  for (const Result& r : e.results) {
    if (!r.baseline.curves || !r.method.curves) continue;
    charts += "<h4>" + escape(display_name(r.out)) + "</h4>\n" +
              score_histogram("Baseline", "maximum softmax probability", *r.baseline.curves) +
              score_histogram(method, method + " score", *r.method.curves) + roc_chart(r, method) +
              precision_recall_chart(r, method);
  }
  if (charts.empty()) return "";
  return "<h3>Scores</h3>\n"
         "<p>A detector is as good as the two histograms lie apart. What is right of the line is "
         "taken for in-distribution; the line is where it accepts 95% of the in-distribution "
         "images.</p>\n" +
         captions.figure(charts,
                         "For each out-of-distribution set: histograms of the baseline's and "
                         "of " +
                             escape(method) +
                             "'s scores, with the threshold at 95% TPR; ROC curves, with "
                             "the points at 95% TPR; precision over recall with "
                             "in-distribution as the positive class.");
}

}  // namespace odin::native::report
