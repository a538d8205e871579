#include <algorithm>

#include "odin/native/report/chart.h"
#include "odin/native/report/curves.h"
#include "odin/native/report/sections.h"
#include "odin/native/report/set_names.h"
#include "odin/threshold.h"

namespace odin::native::report {
namespace {

constexpr std::size_t kBins = 40;

std::vector<Point> in_percent(std::vector<Point> points) {
  for (auto& [x, y] : points) x *= 100, y *= 100;
  return points;
}

std::vector<double> in_percent(std::vector<double> shares) {
  for (double& s : shares) s *= 100;
  return shares;
}

std::string score_histogram(const std::string& title, const std::string& label,
                            const std::vector<double>& in, const std::vector<double>& out) {
  const Range range = range_of({&in, &out});
  const auto of_in = in_percent(histogram(in, range.low, range.high, kBins));
  const auto of_out = in_percent(histogram(out, range.low, range.high, kBins));
  const double highest = std::max(*std::max_element(of_in.begin(), of_in.end()),
                                  *std::max_element(of_out.begin(), of_out.end()));
  Chart chart(title, {.label = label, .low = range.low, .high = range.high, .tick_count = 4},
              {.label = "share of images (%)", .low = 0, .high = 1.08 * highest});
  chart.histogram(of_out, "out", "out");
  chart.histogram(of_in, "in", "in");
  chart.marker(threshold_at_tpr(in, 0.95), "95% TPR");
  return chart.render();
}

Axis percent_axis(const std::string& label) {
  return {.label = label, .low = 0, .high = 100, .tick_count = 5};
}

Point operating_point(const std::vector<double>& in, const std::vector<double>& out) {
  const double threshold = threshold_at_tpr(in, 0.95);
  const auto share = [&](const std::vector<double>& scores) {
    const auto above =
        std::count_if(scores.begin(), scores.end(), [&](double s) { return s > threshold; });
    return 100 * static_cast<double>(above) / static_cast<double>(scores.size());
  };
  return {share(out), share(in)};
}

std::string roc_chart(const ScoredSet& in, const ScoredSet& out) {
  Chart chart("ROC", percent_axis("false positive rate (%)"),
              percent_axis("true positive rate (%)"));
  chart.diagonal();
  chart.line(in_percent(roc_curve(in.msp, out.msp)), "baseline", "baseline");
  chart.line(in_percent(roc_curve(in.odin, out.odin)), "odin", "ODIN");
  chart.points({operating_point(in.msp, out.msp)}, "baseline strong", "", 3);
  chart.points({operating_point(in.odin, out.odin)}, "odin strong", "", 3);
  return chart.render();
}

std::string precision_recall_chart(const ScoredSet& in, const ScoredSet& out) {
  Chart chart("Precision and recall", percent_axis("recall (%)"), percent_axis("precision (%)"));
  chart.line(in_percent(precision_recall_curve(in.msp, out.msp)), "baseline", "baseline");
  chart.line(in_percent(precision_recall_curve(in.odin, out.odin)), "odin", "ODIN");
  return chart.render();
}

}  // namespace

std::string score_charts(const Evaluation& e, Captions& captions) {
  if (!e.in) return "";
  std::string charts;
  for (const ScoredSet& out : e.out)
    charts += "<h4>" + escape(display_name(out.set)) + "</h4>\n" +
              score_histogram("Baseline", "maximum softmax probability", e.in->msp, out.msp) +
              score_histogram("ODIN", "ODIN score", e.in->odin, out.odin) + roc_chart(*e.in, out) +
              precision_recall_chart(*e.in, out);
  return "<h3>Scores</h3>\n"
         "<p>A detector is as good as the two histograms lie apart. What is right of the line is "
         "taken for in-distribution; the line is where it accepts 95% of the in-distribution "
         "images.</p>\n" +
         captions.figure(
             charts,
             "For each out-of-distribution set: histograms of the baseline's and of "
             "ODIN's scores, with the threshold at 95% TPR; ROC curves, with the points "
             "at 95% TPR; precision over recall with in-distribution as the positive "
             "class.");
}

}  // namespace odin::native::report
