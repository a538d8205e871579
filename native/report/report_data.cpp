#include "odin/native/report/report_data.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "odin/native/system/json_text.h"
#include "odin/nn/io/atomic_file.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native::report {
namespace {

using nlohmann::json;

/// A value in a JSON file, with its path for error messages.
class Node {
 public:
  Node(const json& value, std::string where) : value_(&value), where_(std::move(where)) {}

  bool has(const std::string& key) const {
    return value_->is_object() && value_->contains(key) && !(*value_)[key].is_null();
  }
  Node operator[](const std::string& key) const {
    require(has(key), where_, ": no '", key, "' (expected what odin evaluate or odin tune writes)");
    return {(*value_)[key], where_ + "." + key};
  }
  template <class T>
  T get() const {
    try {
      return value_->get<T>();
    } catch (const json::exception&) {
      fail(where_, ": not of the expected type: ", nn::quote(value_->dump().substr(0, 60)));
    }
  }
  double number() const {
    const auto v = get<double>();
    require(value_->is_number() && std::isfinite(v), where_, ": expected a finite number");
    return v;
  }
  template <class T>
  T get(const std::string& key) const {
    return (*this)[key].get<T>();
  }
  double number(const std::string& key) const { return (*this)[key].number(); }
  std::optional<double> optional_number(const std::string& key) const {
    return has(key) ? std::optional((*this)[key].number()) : std::nullopt;
  }
  std::vector<double> numbers(const std::string& key) const {
    std::vector<double> values;
    for (const Node& item : (*this)[key].items()) values.push_back(item.number());
    require(!values.empty(), where_, ".", key, ": expected numbers, found none");
    return values;
  }
  std::vector<Node> items() const {
    require(value_->is_array(), where_, ": expected an array");
    std::vector<Node> nodes;
    for (std::size_t i = 0; i < value_->size(); ++i)
      nodes.emplace_back((*value_)[i], where_ + "[" + std::to_string(i) + "]");
    return nodes;
  }
  const std::string& where() const { return where_; }

 private:
  const json* value_;
  std::string where_;
};

Metrics metrics(const Node& node) {
  return {node.number("fpr95"),           node.number("detection_error_at_tpr95"),
          node.number("detection_error"), node.number("auroc"),
          node.number("aupr_in"),         node.number("aupr_out")};
}

std::vector<std::pair<double, double>> curve(const Node& node) {
  std::vector<std::pair<double, double>> points;
  for (const Node& item : node.items()) {
    const auto pair = item.items();
    require(pair.size() == 2, item.where(), ": expected two numbers");
    points.emplace_back(pair[0].number(), pair[1].number());
  }
  require(!points.empty(), node.where(), ": a curve without points");
  return points;
}

ScoreCurves score_curves(const Node& charts, double threshold) {
  const Node bins = charts["histogram"];
  ScoreCurves c{bins.number("lowest"),
                bins.number("highest"),
                bins.numbers("in"),
                bins.numbers("out"),
                curve(charts["roc"]),
                curve(charts["precision_recall_in"]),
                threshold};
  require(c.in_counts.size() == c.out_counts.size() && c.lowest <= c.highest, bins.where(),
          ": not a histogram");
  return c;
}

MethodResult method_result(const Node& row, const std::string& method) {
  MethodResult result{metrics(row[method]), std::nullopt};
  if (row.has("charts"))
    result.curves = score_curves(row["charts"][method], row["thresholds_at_tpr95"].number(method));
  return result;
}

/// The text, which must be base64, so that it can be embedded in a data: URL.
std::string base64_text(const Node& node) {
  const auto text = node.get<std::string>();
  constexpr const char* kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
  require(!text.empty() && text.find_first_not_of(kAlphabet) == text.npos, node.where(),
          ": expected a PNG file in base64");
  return text;
}

SetDetails set_details(const Node& node) {
  SetDetails s{node.get<std::string>("set"), node.numbers("before_step"), {}, {}};
  if (node.has("gradient_l1")) {
    s.gradient_l1 = node.numbers("gradient_l1");
    require(s.gradient_l1.size() == s.before_step.size(), node.where(),
            ": before_step and gradient_l1 differ in length");
  }
  for (const Node& item : node["extremes"].items())
    s.extremes.push_back({item.get<std::string>("name"), item.get<std::string>("class"),
                          item.number("score"), base64_text(item["png"])});
  return s;
}

CalibrationCurve calibration(const Node& node) {
  CalibrationCurve c{node.get<std::int64_t>("n"),  node.number("best_temperature"),
                     node.numbers("temperatures"), node.numbers("ece"),
                     node.numbers("nll"),          {}};
  require(c.ece.size() == c.temperatures.size() && c.nll.size() == c.temperatures.size(),
          node.where(), ": temperatures, ece and nll differ in length");
  for (const double t : c.temperatures) require(t > 0, node.where(), ": a temperature is ", t);
  for (const Node& item : node["reliability"].items()) {
    Reliability r{item.number("temperature"), {}};
    for (const Node& bin : item["bins"].items())
      r.bins.push_back(
          {bin.number("confidence"), bin.number("accuracy"), bin.get<std::int64_t>("count")});
    require(!r.bins.empty(), item.where(), ": no bins");
    c.reliability.push_back(std::move(r));
  }
  return c;
}

void read_details(const Node& node, Evaluation& e) {
  e.in = set_details(node["in"]);
  for (const Node& item : node["out"].items()) e.out.push_back(set_details(item));
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
  e.model = root.get<std::string>("model");
  if (root.has("architecture")) e.architecture = root.get<std::string>("architecture");
  e.method = root.has("method") ? root.get<std::string>("method") : "odin";
  e.temperature = root.number("temperature");
  e.epsilon = root.optional_number("epsilon");
  e.in_set = root["in"].get<std::string>("set");
  e.in_count = root["in"].get<std::int64_t>("n");
  e.accuracy = root["in"].optional_number("accuracy");
  for (const Node& item : root["results"].items())
    e.results.push_back({item.get<std::string>("out"), item.get<std::int64_t>("n"),
                         method_result(item, "baseline"), method_result(item, e.method)});
  require(!e.results.empty(), name, ": no results");
  if (root.has("details")) read_details(root["details"], e);
  return e;
}

Tuning parse_tuning(const json& value, const std::string& name) {
  const Node root(value, name), chosen = root["chosen"];
  Tuning t;
  t.model = root.get<std::string>("model");
  t.selection = root.get<std::string>("selection");
  t.objective = root.get<std::string>("objective");
  t.in_set = root["in"].get<std::string>("set");
  t.in_count = root["in"].get<std::int64_t>("n");
  for (const Node& item : root["out"].items()) t.out_sets.push_back(item.get<std::string>("set"));
  t.temperatures = root.numbers("temperatures");
  t.epsilons = root.numbers("epsilons");
  for (const double temperature : t.temperatures)
    require(temperature > 0, name, ".temperatures: ", temperature, " is not positive");
  for (const Node& item : root["grid"].items()) {
    const auto mean = item.has("mean") ? item["mean"].optional_number("fpr95") : std::nullopt;
    t.grid.push_back(
        {item.number("temperature"), item.number("epsilon"), item.number("mean_in_score"), mean});
  }
  require(t.grid.size() == t.temperatures.size() * t.epsilons.size(), name,
          ".grid: ", t.grid.size(), " points, expected ", t.temperatures.size(), " x ",
          t.epsilons.size());
  t.temperature = chosen.number("temperature");
  t.epsilon = chosen.number("epsilon");
  t.threshold = chosen.number("threshold");
  t.threshold_error = chosen.number("threshold_standard_error");
  const auto threshold = chosen.numbers("threshold_interval"), tpr = chosen.numbers("tpr_interval");
  require(threshold.size() == 2 && tpr.size() == 2, name, ".chosen: an interval has two ends");
  t.threshold_low = threshold[0], t.threshold_high = threshold[1];
  t.tpr_low = tpr[0], t.tpr_high = tpr[1];
  if (root.has("calibration")) t.calibration = calibration(root["calibration"]);
  return t;
}

ReportData read_report_data(const std::vector<std::filesystem::path>& files) {
  ReportData data;
  for (const auto& file : files) {
    const auto bytes = nn::read_file(file, "report");
    const char* text = reinterpret_cast<const char*>(bytes.data());
    if (file.extension() == ".csv") {
      data.trainings.push_back(read_training({text, bytes.size()}, file));
      continue;
    }
    const json value = parse_json_if_valid({text, bytes.size()});
    const std::string name = "report: " + nn::quote(file.string());
    require(value.is_object(), name,
            " is not a JSON object (odin evaluate --json, --details and "
            "odin tune --json write what is expected; odin train --log writes a .csv)");
    if (value.contains("results"))
      data.evaluations.push_back(parse_evaluation(value, name));
    else if (value.contains("grid"))
      data.tunings.push_back(parse_tuning(value, name));
    else
      fail(name, " has neither 'results' (odin evaluate) nor 'grid' (odin tune)");
  }
  return data;
}

}  // namespace odin::native::report
