#include "odin/native/scoring/score_histograms.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "odin/native/sets/display_name.h"
#include "odin/native/system/json_text.h"
#include "odin/score.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

using json = nlohmann::ordered_json;

std::vector<const TunedSet*> all_sets(const TuningResult& result) {
  std::vector<const TunedSet*> sets{&result.in};
  for (const TunedSet& set : result.out) sets.push_back(&set);
  return sets;
}

/// The page shows only the name of a set; the folders around it are private.
json set_json(const TunedSet& set, const char* role) {
  return {{"set", without_folders(parse_set(set.set))},
          {"name", display_name(set.set)},
          {"role", role},
          {"n", set.numbers.size()}};
}

json histograms_row(const ScoreHistograms& h) {
  return {{"threshold", h.threshold},
          {"low", h.low},
          {"high", h.high},
          {"above", h.above},
          {"counts", h.counts}};
}

json baseline_row(const TuningResult& result) {
  std::vector<std::vector<double>> scores;
  for (const TunedSet* set : all_sets(result))
    scores.push_back(max_softmax(set->scores.logits_tensor(), 1));
  return histograms_row(score_histograms(scores, threshold_at_tpr(scores.front(), 0.95)));
}

json setting_row(const TuningResult& result, std::size_t index, const nn::ModelInfo& model) {
  const GridPoint& point = result.points[index];
  std::vector<std::vector<double>> scores;
  for (const TunedSet* set : all_sets(result)) scores.push_back(set->scores.scores[index]);
  double threshold = threshold_at_tpr(scores.front(), 0.95);
  if (model.temperature == point.temperature && model.epsilon == point.epsilon)
    threshold = model.threshold.value_or(threshold);
  json row{{"temperature", point.temperature}, {"epsilon", point.epsilon}};
  row.update(histograms_row(score_histograms(scores, threshold)));
  return row;
}

}  // namespace

ScoreHistograms score_histograms(const std::vector<std::vector<double>>& sets, double threshold,
                                 std::size_t bins) {
  ScoreHistograms h;
  h.threshold = threshold;
  for (const auto& scores : sets) {
    require(!scores.empty(), "histogram: a set without scores");
    const auto [low, high] = std::minmax_element(scores.begin(), scores.end());
    const bool first = &scores == &sets.front();
    h.low = first ? *low : std::min(h.low, *low);
    h.high = first ? *high : std::max(h.high, *high);
  }
  for (const auto& scores : sets) {
    std::vector<std::int64_t> counts(bins, 0);
    std::int64_t above = 0;
    for (const double s : scores) {
      const double place = h.high > h.low ? (s - h.low) / (h.high - h.low) : 0;
      ++counts[std::min(static_cast<std::size_t>(place * static_cast<double>(bins)), bins - 1)];
      above += s > threshold;
    }
    h.counts.push_back(counts);
    h.above.push_back(static_cast<double>(above) / static_cast<double>(scores.size()));
  }
  return h;
}

std::string histograms_json(const Tuning& tuning, const TuningResult& result,
                            const std::string& command) {
  json sets = json::array({set_json(result.in, "in")});
  for (const TunedSet& set : result.out) sets.push_back(set_json(set, "out"));
  json settings = json::array();
  for (std::size_t i = 0; i < result.points.size(); ++i)
    settings.push_back(setting_row(result, i, tuning.model_info()));
  const json object{{"model", result.model}, {"command", command},
                    {"sets", sets},          {"bins", kHistogramBins},
                    {"settings", settings},  {"baseline", baseline_row(result)}};
  return json_text(object, BadText::replace) + "\n";
}

}  // namespace odin::native
