#include <nlohmann/json.hpp>

#include "odin/native/scoring/calibration_json.h"
#include "odin/native/scoring/metrics_json.h"
#include "odin/native/scoring/tuning.h"
#include "odin/native/system/json_text.h"
#include "odin/nn/io/safetensors.h"

// The files of a tuning: its JSON, and the settings in the model file.

namespace odin::native {
namespace {

using json = nlohmann::ordered_json;

json out_metrics(const TuningResult& r, const std::vector<Metrics>& metrics) {
  json rows = json::array();
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    json row;
    put_name(row, "set", r.out[i].set);
    row.update(metrics_json(metrics[i]));
    rows.push_back(row);
  }
  return rows;
}

/// At the chosen point and of the baseline, for each out-set.
json out_intervals(const TuningResult& r) {
  json rows = json::array();
  for (std::size_t i = 0; i < r.out.size(); ++i) {
    json row;
    put_name(row, "set", r.out[i].set);
    row["baseline"] = intervals_json(r.baseline_intervals[i]);
    row["odin"] = intervals_json(r.intervals[i]);
    rows.push_back(row);
  }
  return rows;
}

json grid_point(const TuningResult& r, const GridPoint& p) {
  json row{
      {"temperature", p.temperature}, {"epsilon", p.epsilon}, {"mean_in_score", p.mean_in_score}};
  if (!p.out.empty()) row["mean"] = metrics_json(p.mean);
  if (p.out.size() > 1) row["out"] = out_metrics(r, p.out);
  return row;
}

json chosen_point(const TuningResult& r) {
  json row = grid_point(r, r.points[r.chosen]);
  const ThresholdEstimate& t = r.threshold;
  row["tpr"] = 0.95;
  row["threshold"] = t.threshold;
  row["threshold_standard_error"] = t.standard_error;
  row["threshold_interval"] = {t.low, t.high};
  row["tpr_interval"] = {t.tpr_low, t.tpr_high};
  return row;
}

json tuned_set_json(const TunedSet& set) {
  json row;
  put_name(row, "set", set.set);
  row["n"] = set.numbers.size();
  return row;
}

json out_sets(const TuningResult& r) {
  json rows = json::array();
  for (const TunedSet& set : r.out) rows.push_back(tuned_set_json(set));
  return rows;
}

/// The set without its folders, which mean nothing on other machines.
std::string portable(const std::string& set) { return without_folders(parse_set(set)); }

std::string objective_text(const TuningOptions& options, const TuningResult& r) {
  return r.selection == Selection::in_set ? "mean-in-score" : name_of(options.objective);
}

}  // namespace

std::string to_json(const TuningOptions& options, const TuningResult& r) {
  json object;
  put_name(object, "model", r.model);
  object.update({{"architecture", r.architecture},
                 {"selection", name_of(r.selection)},
                 {"objective", objective_text(options, r)},
                 {"in", tuned_set_json(r.in)},
                 {"out", out_sets(r)},
                 {"seed", options.seed},
                 {"chosen", chosen_point(r)},
                 {"baseline", out_metrics(r, r.baseline)},
                 {"intervals", out_intervals(r)},
                 {"temperatures", options.grid.temperatures},
                 {"epsilons", options.grid.epsilons}});
  json grid = json::array();
  for (const GridPoint& p : r.points) grid.push_back(grid_point(r, p));
  object["grid"] = grid;
  if (r.labels) object["calibration"] = calibration_json(r.in.scores.logits_tensor(), *r.labels);
  return json_text(object, BadText::replace, 1) + "\n";
}

void save_settings(const std::filesystem::path& model, const std::filesystem::path& to,
                   const TuningOptions& options, const TuningResult& r) {
  const GridPoint& p = r.points[r.chosen];
  json out = json::array();
  for (const TunedSet& set : r.out)
    out.push_back({{"set", portable(set.set)}, {"n", set.numbers.size()}});
  const json record{{"selection", name_of(r.selection)},
                    {"objective", objective_text(options, r)},
                    {"in", {{"set", portable(r.in.set)}, {"n", r.in.numbers.size()}}},
                    {"out", out},
                    {"threshold_standard_error", r.threshold.standard_error},
                    {"tpr_interval", {r.threshold.tpr_low, r.threshold.tpr_high}}};
  nn::copy_with_metadata(model, to,
                         {{"temperature", json_number(p.temperature)},
                          {"epsilon", json_number(p.epsilon)},
                          {"threshold", json_number(r.threshold.threshold)},
                          {"tuning", json_text(record, BadText::replace)}});
}

}  // namespace odin::native
