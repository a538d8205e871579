#include "odin/native/scoring/parameter_choice.h"

#include <algorithm>

#include "odin/metrics.h"
#include "odin/native/scoring/set_scores.h"
#include "odin/native/sets/set_reader.h"

namespace odin::native {
namespace {

/// [method][image]
using AllScores = std::vector<std::vector<double>>;

AllScores all_scores(const MethodScorer& scorer, const ImageSet& set,
                     std::optional<std::int64_t> batch,
                     const std::function<void(const std::string&)>& skipped) {
  AllScores scores(scorer.options().methods.size());
  SetReader reader(set, 0, set.size(), batch);
  while (const auto read = reader.next()) {
    std::vector<std::string> lines = read->skipped;
    try {
      if (!read->numbers.empty()) {
        const MethodScores found = scorer.score(read->images);
        for (std::size_t i = 0; i < scores.size(); ++i)
          scores[i].insert(scores[i].end(), found.scores[i].begin(), found.scores[i].end());
      }
    } catch (const Error& e) {
      for (const std::string& line : impossible_images(set, *read, e)) lines.push_back(line);
    }
    if (skipped)
      for (const std::string& line : lines) skipped(line);
  }
  require(!scores.front().empty(), "set '", set.spec().text,
          "': not one of its images could be read");
  return scores;
}

}  // namespace

std::vector<MethodChoice> grid_of(const MethodChoice& choice) {
  std::vector<MethodChoice> points{choice};
  for (const MethodParameter& p : info_of(choice.method).parameters) {
    if (choice.values.contains(p.name)) continue;
    std::vector<MethodChoice> more;
    for (const MethodChoice& point : points)
      for (const double value : p.grid) {
        more.push_back(point);
        more.back().values[p.name] = value;
      }
    points = std::move(more);
  }
  return points;
}

std::vector<std::vector<ParameterPoint>> measure_parameters(
    const nn::Model& model, const Fit& fit, const MethodScorerOptions& options, const ImageSet& in,
    const std::vector<const ImageSet*>& outs, std::optional<std::int64_t> batch,
    const std::function<void(const std::string&)>& skipped) {
  MethodScorerOptions scoring = options;
  scoring.methods.clear();
  std::vector<std::vector<ParameterPoint>> points;
  const bool features = std::any_of(options.methods.begin(), options.methods.end(),
                                    [](const auto& c) { return info_of(c.method).features; });
  std::optional<LinearHead> head;
  if (features) head.emplace(nn::last_layer(*model.network, model.info.input));
  for (const MethodChoice& method : options.methods) {
    points.emplace_back();
    std::string wrong;
    for (const MethodChoice& point : grid_of(method)) {
      try {
        make_score(point, {head ? &*head : nullptr, &fit, options.temperature});
      } catch (const Error& e) {
        wrong = e.what();
        continue;
      }
      points.back().push_back({point});
      scoring.methods.push_back(point);
    }
    if (points.back().empty()) fail(wrong);
  }
  const MethodScorer scorer(*model.network, {model.info.mean, model.info.std}, fit, scoring,
                            model.info.input);
  const AllScores in_scores = all_scores(scorer, in, batch, skipped);
  for (const ImageSet* out : outs) {
    const AllScores out_scores = all_scores(scorer, *out, batch, skipped);
    std::size_t next = 0;
    for (auto& of_method : points)
      for (ParameterPoint& point : of_method) {
        point.auroc += compute_metrics(in_scores[next], out_scores[next]).auroc /
                       static_cast<double>(outs.size());
        ++next;
      }
  }
  return points;
}

const ParameterPoint& best_of(const std::vector<ParameterPoint>& points) {
  return *std::max_element(
      points.begin(), points.end(),
      [](const ParameterPoint& a, const ParameterPoint& b) { return a.auroc < b.auroc; });
}

std::vector<MethodChoice> choose_parameters(
    const nn::Model& model, const Fit& fit, const MethodScorerOptions& options, const ImageSet& in,
    const ImageSet& out, std::optional<std::int64_t> batch,
    const std::function<void(const std::string&)>& skipped) {
  std::vector<MethodChoice> chosen;
  for (const auto& points : measure_parameters(model, fit, options, in, {&out}, batch, skipped))
    chosen.push_back(best_of(points).choice);
  return chosen;
}

}  // namespace odin::native
