#include "odin/native/report/report_data.h"

#include <nlohmann/json.hpp>

#include "odin/native/report/json_node.h"
#include "odin/native/system/json_text.h"
#include "odin/native/system/text_file.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native::report {
namespace {

using nlohmann::json;

// What no evaluation or tuning comes near, so that a page stays one that can be looked at.
constexpr std::size_t kMostBytes = std::size_t{64} << 20;
constexpr std::size_t kMostSets = 1000, kMostBins = 10'000, kMostSettings = 1000;
constexpr std::size_t kMostGridPoints = 20'000, kMostPictures = 1000, kMostDiagrams = 100;

Metrics metrics(const Node& node) {
  return {node.share("fpr95"),           node.share("detection_error_at_tpr95"),
          node.share("detection_error"), node.share("auroc"),
          node.share("aupr_in"),         node.share("aupr_out")};
}

/// Points in the unit square.
std::vector<std::pair<double, double>> curve(const Node& node) {
  std::vector<std::pair<double, double>> points;
  for (const Node& item : node.items()) {
    const auto pair = item.items();
    require(pair.size() == 2, item.where(), ": expected two numbers");
    points.emplace_back(pair[0].share(), pair[1].share());
  }
  require(!points.empty(), node.where(), ": a curve without points");
  return points;
}

std::vector<double> bin_counts(const Node& bins, const std::string& key) {
  std::vector<double> counts = bins.numbers(key, kMostBins);
  for (const double c : counts)
    require(c >= 0 && c <= 1e12, bins.where(), ".", key, ": a bin has ", c, " images");
  return counts;
}

ScoreCurves score_curves(const Node& charts, double threshold) {
  const Node bins = charts["histogram"];
  ScoreCurves c{bins.number("lowest"),
                bins.number("highest"),
                bin_counts(bins, "in"),
                bin_counts(bins, "out"),
                curve(charts["roc"]),
                curve(charts["precision_recall_in"]),
                threshold};
  require(c.in_counts.size() == c.out_counts.size() && c.lowest <= c.highest, bins.where(),
          ": not a histogram");
  return c;
}

MetricsIntervals intervals(const Node& node) {
  const auto interval = [&](const char* key) {
    const auto ends = node[key].items(2);
    require(ends.size() == 2, node[key].where(), ": an interval has two ends");
    return Interval{ends[0].share(), ends[1].share()};
  };
  return {interval("fpr95"),           interval("detection_error_at_tpr95"),
          interval("detection_error"), interval("auroc"),
          interval("aupr_in"),         interval("aupr_out")};
}

MethodResult method_result(const Node& row, const std::string& method) {
  MethodResult result{metrics(row[method]), std::nullopt, std::nullopt};
  if (row.has("intervals")) result.intervals = intervals(row["intervals"][method]);
  if (row.has("charts"))
    result.curves = score_curves(row["charts"][method], row["thresholds_at_tpr95"].number(method));
  return result;
}

/// The text, which must be base64, so that it can be embedded in a data: URL.
std::string base64_text(const Node& node) {
  const std::string text = node.long_text();
  constexpr const char* kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
  require(!text.empty() && text.find_first_not_of(kAlphabet) == text.npos, node.where(),
          ": expected a PNG file in base64");
  return text;
}

SetDetails set_details(const Node& node) {
  SetDetails s{node.text("set"), node.numbers("before_step"), {}, {}};
  if (node.has("gradient_l1")) {
    s.gradient_l1 = node.numbers("gradient_l1");
    require(s.gradient_l1.size() == s.before_step.size(), node.where(),
            ": before_step and gradient_l1 differ in length");
  }
  for (const Node& item : node["extremes"].items(kMostPictures))
    s.extremes.push_back(
        {item.text("name"), item.text("class"), item.number("score"), base64_text(item["png"])});
  return s;
}

CalibrationCurve calibration(const Node& node) {
  CalibrationCurve c{node.count("n"),
                     node.positive("best_temperature"),
                     node.numbers("temperatures", kMostSettings),
                     node.numbers("ece", kMostSettings),
                     node.numbers("nll", kMostSettings),
                     {}};
  require(c.ece.size() == c.temperatures.size() && c.nll.size() == c.temperatures.size(),
          node.where(), ": temperatures, ece and nll differ in length");
  for (const double t : c.temperatures) require(t > 0, node.where(), ": a temperature is ", t);
  for (const double e : c.ece) require(e >= 0 && e <= 1, node.where(), ".ece: ", e, " is no error");
  for (const double l : c.nll) require(l >= 0, node.where(), ".nll: ", l, " is below 0");
  for (const Node& item : node["reliability"].items(kMostDiagrams)) {
    Reliability r{item.positive("temperature"), {}};
    for (const Node& bin : item["bins"].items(kMostBins))
      r.bins.push_back({bin.share("confidence"), bin.share("accuracy"), bin.count("count")});
    require(!r.bins.empty(), item.where(), ": no bins");
    c.reliability.push_back(std::move(r));
  }
  return c;
}

void read_details(const Node& node, Evaluation& e) {
  e.in = set_details(node["in"]);
  for (const Node& item : node["out"].items(kMostSets)) e.out.push_back(set_details(item));
  require(e.out.size() == e.results.size(), node.where(), ".out: ", e.out.size(),
          " sets, but there are ", e.results.size(), " results");
  if (node.has("calibration")) e.calibration = calibration(node["calibration"]);
}

TrainingView read_training(const std::string& csv, const std::filesystem::path& file) {
  TrainingView training;
  training.title = file.stem().string();
  training.log = parse_log(csv, "report: " + nn::quote(file.string()));
  training.status =
      std::to_string(training.log.size()) + (training.log.size() == 1 ? " epoch" : " epochs");
  return training;
}

}  // namespace

Evaluation parse_evaluation(const json& value, const std::string& name) {
  const Node root(value, name);
  Evaluation e;
  e.model = root.text("model");
  if (root.has("architecture")) e.architecture = root.text("architecture");
  e.method = root.has("method") ? root.text("method") : "odin";
  if (root.has("protocol")) e.protocol = root.text("protocol");
  if (root.has("commit")) e.commit = root.text("commit");
  if (root.has("seed")) e.seed = root["seed"].digits();
  e.temperature = root.positive("temperature");
  if (root.has("epsilon")) e.epsilon = root.number("epsilon");
  e.in_set = root["in"].text("set");
  e.in_count = root["in"].count("n");
  e.accuracy = root["in"].optional_share("accuracy");
  for (const Node& item : root["results"].items(kMostSets))
    e.results.push_back({item.text("out"), item.count("n"), method_result(item, "baseline"),
                         method_result(item, e.method)});
  require(!e.results.empty(), name, ": no results");
  if (root.has("details")) read_details(root["details"], e);
  return e;
}

Tuning parse_tuning(const json& value, const std::string& name) {
  const Node root(value, name), chosen = root["chosen"];
  Tuning t;
  t.model = root.text("model");
  t.selection = root.text("selection");
  t.objective = root.text("objective");
  t.in_set = root["in"].text("set");
  t.in_count = root["in"].count("n");
  for (const Node& item : root["out"].items(kMostSets)) t.out_sets.push_back(item.text("set"));
  t.temperatures = root.numbers("temperatures", kMostSettings);
  t.epsilons = root.numbers("epsilons", kMostSettings);
  for (const double temperature : t.temperatures)
    require(temperature > 0, name, ".temperatures: ", temperature, " is not positive");
  for (const Node& item : root["grid"].items(kMostGridPoints)) {
    const auto mean = item.has("mean") ? item["mean"].optional_share("fpr95") : std::nullopt;
    t.grid.push_back(
        {item.number("temperature"), item.number("epsilon"), item.number("mean_in_score"), mean});
  }
  require(t.grid.size() == t.temperatures.size() * t.epsilons.size(), name,
          ".grid: ", t.grid.size(), " points, expected ", t.temperatures.size(), " x ",
          t.epsilons.size());
  for (const TunedPoint& p : t.grid)
    require(p.fpr95.has_value() == t.grid.front().fpr95.has_value(), name,
            ".grid: some points have a mean.fpr95 and some have none");
  t.temperature = chosen.positive("temperature");
  t.epsilon = chosen.number("epsilon");
  t.threshold = chosen.number("threshold");
  t.threshold_error = chosen.number("threshold_standard_error");
  const auto threshold = chosen.numbers("threshold_interval"), tpr = chosen.numbers("tpr_interval");
  require(threshold.size() == 2 && tpr.size() == 2, name, ".chosen: an interval has two ends");
  t.threshold_low = threshold[0], t.threshold_high = threshold[1];
  for (const double share : tpr)
    require(share >= 0 && share <= 1, name, ".chosen.tpr_interval: ", share, " is no share");
  t.tpr_low = tpr[0], t.tpr_high = tpr[1];
  if (root.has("calibration")) t.calibration = calibration(root["calibration"]);
  return t;
}

ReportData read_report_data(const std::vector<std::filesystem::path>& files) {
  ReportData data;
  for (const auto& file : files) {
    const std::string name = "report: " + nn::quote(file.string());
    const std::string text = read_text_file(file, "report", kMostBytes);
    if (file.extension() == ".csv" || is_log(text)) {
      data.trainings.push_back(read_training(text, file));
      continue;
    }
    const json value = parse_json_file(text, name);
    require(value.is_object(), name,
            " is not a JSON object (odin evaluate --json, --details and "
            "odin tune and odin compare --json write what is expected; odin train --log writes a "
            ".csv)");
    if (value.contains("results"))
      data.evaluations.push_back(parse_evaluation(value, name));
    else if (value.contains("grid"))
      data.tunings.push_back(parse_tuning(value, name));
    else if (value.contains("models"))
      data.comparisons.push_back(parse_comparison(value, name));
    else
      fail(name,
           " has neither 'results' (odin evaluate) nor 'grid' (odin tune) nor 'models' "
           "(odin compare)");
  }
  return data;
}

}  // namespace odin::native::report
