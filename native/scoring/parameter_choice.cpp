#include "odin/native/scoring/parameter_choice.h"

#include <algorithm>

#include "odin/metrics.h"
#include "odin/native/scoring/set_scores.h"
#include "odin/native/sets/set_reader.h"

namespace odin::native {
namespace {

/// [method][image]
using AllScores = std::vector<std::vector<double>>;

AllScores all_scores(const MethodScorer& scorer, const SetPass& pass, const ScoringEvents& events) {
  AllScores scores(scorer.options().methods.size());
  const auto compute = [&](const SetBatch& batch) {
    const MethodScores found = scorer.score(batch.images);
    std::vector<double> values;
    for (std::size_t i = 0; i < batch.numbers.size(); ++i)
      for (const auto& of_method : found.scores) values.push_back(of_method[i]);
    return values;
  };
  for_each_batch(pass, events, compute, [&](const BatchRows& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i)
      for (std::size_t m = 0; m < scores.size(); ++m) scores[m].push_back(rows.row(i)[m]);
  });
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
    const ScoringEvents& events, Ranks& ranks) {
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
  std::int64_t done = 0;
  const auto scores_of = [&](const ImageSet& set) {
    const auto progress = [&](std::int64_t images) {
      if (events.progress) events.progress(done + images);
    };
    AllScores scores =
        all_scores(scorer, {set, 0, set.size(), batch, ranks}, {progress, events.skipped});
    done += set.size();
    return scores;
  };
  const AllScores in_scores = scores_of(in);
  for (const ImageSet* out : outs) {
    const AllScores out_scores = scores_of(*out);
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

std::vector<MethodChoice> choose_parameters(const nn::Model& model, const Fit& fit,
                                            const MethodScorerOptions& options, const ImageSet& in,
                                            const ImageSet& out, std::optional<std::int64_t> batch,
                                            const std::function<void(const std::string&)>& skipped,
                                            Ranks& ranks) {
  std::vector<MethodChoice> chosen;
  for (const auto& points :
       measure_parameters(model, fit, options, in, {&out}, batch, {{}, skipped}, ranks))
    chosen.push_back(best_of(points).choice);
  return chosen;
}

}  // namespace odin::native
