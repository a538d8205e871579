#include <algorithm>

#include "odin/native/report/chart.h"
#include "odin/native/report/sections.h"

namespace odin::native::report {
namespace {

std::string temperature_text(double t) {
  if (t < 0.01 || t >= 1e6) return compact_number(t);
  return short_number(t, t < 10 ? 2 : t < 100 ? 1 : 0);
}

std::string reliability_chart(const Reliability& r) {
  Chart chart("T = " + temperature_text(r.temperature) + ": ECE " +
                  percent(expected_calibration_error(r.bins)) + "%",
              {.label = "confidence (%)", .low = 0, .high = 100},
              {.label = "accuracy (%)", .low = 0, .high = 100});
  std::vector<double> heights;
  std::vector<Point> means;
  for (const ReliabilityBin& b : r.bins) {
    heights.push_back(b.count > 0 ? 100 * b.accuracy : 0);
    if (b.count > 0) means.emplace_back(100 * b.confidence, 100 * b.accuracy);
  }
  chart.bars(heights, "in", "accuracy by confidence");
  chart.diagonal();
  chart.points(means, "odin strong", "", 2);
  return chart.render();
}

std::string curve(const std::string& title, const std::string& label, const CalibrationCurve& c,
                  const std::vector<double>& values, double scale) {
  std::vector<Point> points;
  double highest = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    points.emplace_back(c.temperatures[i], scale * values[i]);
    highest = std::max(highest, scale * values[i]);
  }
  const auto [low, high] = range_of({&c.temperatures});
  Chart chart(title, {.label = "temperature T", .low = low, .high = high, .logarithmic = true},
              {.label = label, .low = 0, .high = highest > 0 ? 1.08 * highest : 1});
  chart.line(points, "odin");
  chart.marker(c.best_temperature, "T = " + temperature_text(c.best_temperature));
  return chart.render();
}

}  // namespace

std::string calibration_charts(const CalibrationCurve& c, Captions& captions) {
  std::string charts;
  for (const Reliability& r : c.reliability) charts += reliability_chart(r);
  charts += curve("Calibration error", "expected calibration error (%)", c, c.ece, 100);
  charts += curve("Negative log-likelihood", "NLL (nats)", c, c.nll, 1);
  return "<h3>Calibration</h3>\n"
         "<p>A calibrated network that says 80% is right in 80% of the cases. The temperature that "
         "makes it so is small; the one that makes ODIN work is large, because ODIN asks for an "
         "order among the images and not for a probability.</p>\n" +
         captions.figure(
             charts,
             "Reliability of the softmax at T = 1 and at the T of the least negative "
             "log-likelihood (Guo et al. 2017), over " +
                 std::to_string(c.n) +
                 " in-distribution images: accuracy of the images in each interval of "
                 "confidence (bars; points at their mean confidence) and equality (dotted). "
                 "Then expected calibration error and negative log-likelihood against T, the "
                 "least likelihood loss being marked.");
}

}  // namespace odin::native::report
