#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "odin/native/scoring/evaluation.h"
#include "odin/native/scoring/metrics_json.h"
#include "odin/native/system/json_text.h"
#include "odin/nn/io/atomic_file.h"

// The files of an evaluation: its JSON and its score files.

namespace odin::native {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

/// Rounded to four decimals, finer than any screen can show.
json curve_json(const std::vector<CurvePoint>& curve) {
  const auto rounded = [](double x) { return std::round(x * 1e4) / 1e4; };
  json points = json::array();
  for (const CurvePoint& p : thin_curve(curve)) points.push_back({rounded(p.x), rounded(p.y)});
  return points;
}

/// Counts of scores in 50 equal steps from the lowest to the highest.
json histogram(const std::vector<double>& in, const std::vector<double>& out) {
  constexpr std::size_t kBins = 50;
  const auto [in_low, in_high] = std::minmax_element(in.begin(), in.end());
  const auto [out_low, out_high] = std::minmax_element(out.begin(), out.end());
  const double low = std::min(*in_low, *out_low), high = std::max(*in_high, *out_high);
  const auto counts = [&](const std::vector<double>& scores) {
    std::vector<std::int64_t> bins(kBins, 0);
    for (double s : scores) {
      const double place = high > low ? (s - low) / (high - low) : 0;
      ++bins[std::min(static_cast<std::size_t>(place * kBins), kBins - 1)];
    }
    return bins;
  };
  return {{"lowest", low}, {"highest", high}, {"in", counts(in)}, {"out", counts(out)}};
}

json charts(const std::vector<double>& in, const std::vector<double>& out) {
  const ScoreRanking ranking(in, out);
  return {{"histogram", histogram(in, out)},
          {"roc", curve_json(ranking.roc())},
          {"precision_recall_in", curve_json(ranking.precision_recall_in())},
          {"precision_recall_out", curve_json(ranking.precision_recall_out())}};
}

json mean_or_null(const std::vector<double>& values) {
  if (values.empty()) return nullptr;
  double sum = 0;
  for (double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

json interval_or_null(const std::optional<Interval>& interval) {
  return interval ? json{interval->low, interval->high} : json();
}

template <class T>
json value_or_null(const std::optional<T>& value) {
  return value ? json(*value) : json();
}

json result_json(const OutResult& out, const SetScores& in, const std::string& method) {
  json row;
  put_name(row, "out", out.set);
  row.update({{"n", out.scores.size()},
              {"baseline", metrics_json(out.baseline)},
              {method, metrics_json(out.method)},
              {"epsilon", out.epsilon},
              {"epsilon_from", out.epsilon_from},
              {"thresholds_at_tpr95",
               {{"baseline", out.baseline_threshold}, {method, out.method_threshold}}},
              {"confusion", out.confusion ? confusion_json(*out.confusion) : json()},
              {"mean_gradient_l1", mean_or_null(out.scores.gradient_norms)},
              {"skipped", out.scores.skipped},
              {"seconds", out.scores.seconds}});
  json drawn{{"baseline", charts(in.baseline, out.scores.baseline)}};
  drawn[method] = charts(in.scores[out.epsilon_index], out.scores.scores[0]);
  row["intervals"] = {{"baseline", intervals_json(out.baseline_intervals)},
                      {method, intervals_json(out.method_intervals)}};
  row["charts"] = drawn;
  return row;
}

/// A short name for a file: "cifar10", or a folder's name and its transform.
std::string short_name(const std::string& text) {
  const SetSpec set = parse_set(text);
  std::string name = set.name.empty() ? text.substr(0, text.find(':')) : set.name;
  if (set.name.empty() && set.kind == SetSpec::Kind::folder) {
    name = last_folder(set);
    if (set.transform != Transform::none) name += "-" + native::name_of(set.transform);
  }
  for (char& c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.';
    if (!plain) c = '_';
  }
  return name.substr(0, 80);
}

void write_file(const fs::path& path, const std::vector<double>& scores) {
  std::string text;
  char line[32];
  for (double s : scores) {
    std::snprintf(line, sizeof line, "%.17g\n", s);
    text += line;
  }
  nn::write_file_atomically(path, std::as_bytes(std::span(text)), "scores");
}

}  // namespace

json evaluation_json(const EvaluationOptions& options, const EvaluationResult& r) {
  const bool one_epsilon = r.in_scores.scores.size() == 1;
  const std::string method = to_string(options.method);
  json in;
  put_name(in, "set", r.in);
  in.update({{"n", r.in_scores.size()},
             {"accuracy", value_or_null(r.accuracy)},
             {"accuracy_interval", interval_or_null(r.accuracy_interval)},
             {"mean_gradient_l1", mean_or_null(r.in_scores.gradient_norms)},
             {"skipped", r.in_scores.skipped},
             {"seconds", r.in_scores.seconds}});
  json object;
  put_name(object, "model", r.model);
  object["temperature"] = r.temperature;
  object["epsilon"] = one_epsilon ? json(r.results.front().epsilon) : json();
  object["in"] = in;
  json rows = json::array();
  for (const OutResult& out : r.results) rows.push_back(result_json(out, r.in_scores, method));
  object["results"] = rows;
  object["architecture"] = r.architecture;
  object["method"] = method;
  object["step"] = step_json(options.step);
  object["protocol"] = name_of(options.protocol);
  object["images_left_out"] = images_left_out(options.protocol);
  object["limit"] = value_or_null(options.limit);
  object["seed"] = options.seed;
  object["commit"] = options.commit.empty() ? json() : json(options.commit);
  object["intervals"] = {
      {"level", 0.95}, {"method", "percentile bootstrap"}, {"resamples", kResamples}};
  object["threshold"] = value_or_null(options.threshold);
  object["seconds"] = r.seconds;
  return object;
}

std::string to_json(const EvaluationOptions& options, const EvaluationResult& result) {
  return json_text(evaluation_json(options, result), BadText::replace, 2) + "\n";
}

std::vector<std::string> write_scores(const EvaluationResult& result, const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder / "baseline", error);
  require(!error, "scores: '", folder.string(), "': ", error.message());
  std::vector<std::string> names;
  const auto write = [&](const std::string& name, const std::vector<double>& scores,
                         const std::vector<double>& baseline) {
    write_file(folder / name, scores);
    write_file(folder / "baseline" / name, baseline);
    names.push_back(name);
  };
  const SetScores& in = result.in_scores;
  write("in_" + short_name(result.in) + ".txt", in.scores[0], in.baseline);
  for (std::size_t i = 0; i < result.results.size(); ++i) {
    const OutResult& out = result.results[i];
    const std::string number = std::to_string(i + 1);
    write("out" + number + "_" + short_name(out.set) + ".txt", out.scores.scores[0],
          out.scores.baseline);
    if (out.epsilon_index > 0) {
      names.push_back("in" + number + "_" + short_name(result.in) + ".txt");
      write_file(folder / names.back(), in.scores[out.epsilon_index]);
    }
  }
  return names;
}

}  // namespace odin::native
