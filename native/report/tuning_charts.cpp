#include <algorithm>
#include <cmath>
#include <cstdio>

#include "odin/native/report/chart.h"
#include "odin/native/report/heat_map.h"
#include "odin/native/report/sections.h"
#include "odin/native/sets/display_name.h"

namespace odin::native::report {
namespace {

std::size_t position_of(const std::vector<double>& values, double value) {
  const auto nearest = std::min_element(values.begin(), values.end(), [&](double a, double b) {
    return std::abs(a - value) < std::abs(b - value);
  });
  return static_cast<std::size_t>(nearest - values.begin());
}

std::string temperature_name(double t) { return "T = " + compact_number(t); }
std::string epsilon_name(double e) { return "ε = " + compact_number(e); }

/// FPR in percent, or the mean in-distribution score if there are no out-sets.
double shown(const TunedPoint& p) { return p.fpr95 ? 100 * *p.fpr95 : p.mean_in_score; }

const char* shown_name(const Tuning& t) {
  return t.grid.front().fpr95 ? "FPR at 95% TPR (%)" : "mean score of the in-set";
}

Axis value_axis(const Tuning& t, const std::vector<double>& values) {
  const Range range = range_of({&values});
  if (t.grid.front().fpr95) return {.label = shown_name(t), .low = 0, .high = 1.08 * range.high};
  const Range wide = with_margin(range, 0.06);
  return {.label = shown_name(t), .low = wide.low, .high = wide.high};
}

/// A line of a chart: the points of the grid with one value of the other setting.
struct Line {
  std::string name, classes;
  std::vector<Point> points;
};

std::string lines_chart(const Tuning& t, const std::string& title, Axis x,
                        const std::vector<Line>& lines, double chosen) {
  std::vector<double> values{0};
  if (!t.grid.front().fpr95) values.clear();
  for (const Line& line : lines)
    for (const Point& p : line.points) values.push_back(p.second);
  Chart chart(title, std::move(x), value_axis(t, values), 460, 280);
  for (const Line& line : lines) chart.line(line.points, line.classes, line.name);
  chart.marker(chosen, "chosen");
  return chart.render();
}

std::string against_temperature(const Tuning& t) {
  if (t.temperatures.size() < 2) return "";
  std::vector<Line> lines;
  const std::size_t best = position_of(t.epsilons, t.epsilon);
  for (const std::size_t e : {std::size_t{0}, best}) {
    if (e == 0 && best == 0 && !lines.empty()) continue;
    Line line{epsilon_name(t.epsilons[e]), e == best ? "odin" : "baseline", {}};
    for (std::size_t k = 0; k < t.temperatures.size(); ++k)
      line.points.emplace_back(t.temperatures[k], shown(t.at(k, e)));
    std::sort(line.points.begin(), line.points.end());
    lines.push_back(std::move(line));
  }
  const Range range = range_of({&t.temperatures});
  return lines_chart(
      t, "Temperature",
      {.label = "temperature T", .low = range.low, .high = range.high, .logarithmic = true}, lines,
      t.temperature);
}

/// Up to four temperatures spread over the grid, including the chosen one.
std::vector<std::size_t> few_temperatures(const Tuning& t) {
  const std::size_t n = t.temperatures.size();
  std::vector<std::size_t> few;
  for (std::size_t i = 0; i < std::min<std::size_t>(n, 4); ++i)
    few.push_back(n <= 4 ? i : i * (n - 1) / 3);
  const std::size_t chosen = position_of(t.temperatures, t.temperature);
  if (std::find(few.begin(), few.end(), chosen) == few.end()) {
    const auto nearest =
        std::min_element(few.begin(), few.end(), [&](std::size_t a, std::size_t b) {
          const auto distance = [&](std::size_t i) { return i > chosen ? i - chosen : chosen - i; };
          return distance(a) < distance(b);
        });
    *nearest = chosen;
  }
  return few;
}

std::string against_epsilon(const Tuning& t) {
  if (t.epsilons.size() < 2) return "";
  std::vector<Line> lines;
  const auto few = few_temperatures(t);
  for (const std::size_t k : few) {
    const auto shade = 4 - (few.size() - 1 - lines.size());
    Line line{temperature_name(t.temperatures[k]),
              t.temperatures[k] == t.temperature ? "odin" : "shade" + std::to_string(shade),
              {}};
    for (std::size_t e = 0; e < t.epsilons.size(); ++e)
      line.points.emplace_back(t.epsilons[e], shown(t.at(k, e)));
    std::sort(line.points.begin(), line.points.end());
    lines.push_back(std::move(line));
  }
  const Range range = range_of({&t.epsilons});
  return lines_chart(t, "Step", {.label = "step ε", .low = range.low, .high = range.high}, lines,
                     t.epsilon);
}

std::string heat_map(const Tuning& t) {
  HeatMap map;
  map.title = shown_name(t);
  map.x_label = "step ε";
  map.y_label = "temperature T";
  map.decimals = t.grid.front().fpr95 ? 1 : 4;
  for (const double e : t.epsilons) map.columns.push_back(compact_number(e));
  for (std::size_t k = t.temperatures.size(); k-- > 0;) {
    map.rows.push_back(compact_number(t.temperatures[k]));
    std::vector<double> row;
    for (std::size_t e = 0; e < t.epsilons.size(); ++e) row.push_back(shown(t.at(k, e)));
    map.values.push_back(std::move(row));
  }
  map.marked = {t.temperatures.size() - 1 - position_of(t.temperatures, t.temperature),
                position_of(t.epsilons, t.epsilon)};
  return map.render();
}

std::string objective_title(const std::string& objective) {
  if (objective == "fpr95") return "the least FPR at 95% TPR";
  if (objective == "detection-error") return "the least detection error";
  if (objective == "auroc") return "the largest AUROC";
  if (objective == "aupr-in") return "the largest AUPR-In";
  if (objective == "aupr-out") return "the largest AUPR-Out";
  return "the best " + objective;
}

std::string how_chosen(const Tuning& t) {
  if (t.selection == "in-set")
    return "Chosen without out-of-distribution images: at a fixed temperature, the ε of the "
           "highest "
           "mean score of the in-set (Hsu et al. 2020).";
  std::string sets;
  for (const std::string& set : t.out_sets) sets += (sets.empty() ? "" : ", ") + display_name(set);
  return escape(
      "Chosen by " + objective_title(t.objective) + " against " + sets +
      (t.selection == "stand-in" ? " noise, in place of out-of-distribution images." : "") +
      (t.selection == "stand-in" ? ""
       : t.out_sets.size() > 1   ? ", on average."
                                 : "."));
}

/// The value and its error, rounded to two significant digits of the error.
std::string with_error(double value, double error) {
  const int decimals =
      error > 0 ? std::clamp(1 - static_cast<int>(std::floor(std::log10(error))), 0, 12) : 12;
  if (std::abs(value) >= 1e15 || error >= 1e15)
    return compact_number(value) + " ± " + compact_number(error);
  char text[80];
  std::snprintf(text, sizeof text, "%.*f ± %.*f", decimals, value, decimals, error);
  return text;
}

}  // namespace

std::string tuning_charts(const Tuning& t, Captions& captions) {
  std::string html =
      "<p>" + how_chosen(t) + "</p>\n<dl class=\"facts\">" +
      fact("temperature", compact_number(t.temperature)) + fact("ε", compact_number(t.epsilon)) +
      fact("threshold for 95% TPR", with_error(t.threshold, t.threshold_error)) +
      fact("95% interval of the threshold",
           score_text(t.threshold_low) + " to " + score_text(t.threshold_high)) +
      fact("95% interval of the TPR", percent(t.tpr_low) + "% to " + percent(t.tpr_high) + "%") +
      fact("in-distribution images", std::to_string(t.in_count)) + "</dl>\n";
  const std::string lines = against_temperature(t) + against_epsilon(t);
  if (!lines.empty())
    html += captions.pair_figure(lines,
                                 std::string(shown_name(t)) +
                                     " against the temperature and against the step. The vertical "
                                     "lines stand at the values chosen.");
  if (t.grid.size() > 1)
    html += captions.wide_figure(
        heat_map(t), std::string(shown_name(t)) +
                         " at every point of the grid; the frame is around the point chosen.");
  return html;
}

}  // namespace odin::native::report
