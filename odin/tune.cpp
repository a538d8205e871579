#include "odin/tune.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numeric>

#include "odin/nn/inference.h"
#include "odin/score.h"
#include "odin/tensor/ops/reduce.h"
#include "odin/tensor/parallel.h"

namespace odin {

using tensor::Tensor;

namespace {

void check(const TuningGrid& grid) {
  require(grid.size() > 0, "tune: no temperatures or no epsilons");
  for (double t : grid.temperatures) require_temperature("tune", t);
  for (double e : grid.epsilons) require_epsilon("tune", e);
}

Metrics mean_of(const std::vector<Metrics>& all) {
  Metrics mean{};
  for (const auto member :
       {&Metrics::fpr95, &Metrics::detection_error_at_tpr95, &Metrics::detection_error,
        &Metrics::auroc, &Metrics::aupr_in, &Metrics::aupr_out}) {
    for (const Metrics& m : all) mean.*member += m.*member;
    mean.*member /= static_cast<double>(all.size());
  }
  return mean;
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Thrown to stop the work on all chunks of images once go_on has returned false.
struct Stopped {};

/// Of normalized images: the logits, and the scores [images, TuningGrid::index] in double.
std::vector<Tensor> logits_and_scores(const nn::Module& network, const Tensor& x,
                                      const std::vector<double>& std, const TuningGrid& grid,
                                      const std::function<void()>& after_pass) {
  const FirstPass pass(network, x);
  Tensor scores = Tensor::empty(
      {x.dim(0), std::ssize(grid.temperatures) * std::ssize(grid.epsilons)}, tensor::DType::f64);
  auto to_elements = scores.write<double>();
  double* const to = to_elements.data();
  after_pass();
  for (std::size_t t = 0; t < grid.temperatures.size(); ++t) {
    const double temperature = grid.temperatures[t];
    const Tensor gradient = pass.gradient(temperature, t + 1 == grid.temperatures.size());
    after_pass();
    for (std::size_t e = 0; e < grid.epsilons.size(); ++e) {
      const double epsilon = grid.epsilons[e];
      const SecondPass second =
          second_pass(network, x, pass.logits(), gradient, epsilon, std, grid.direction);
      if (epsilon > 0) after_pass();
      const std::vector<double> found = max_softmax(second.logits, temperature);
      for (std::size_t i = 0; i < found.size(); ++i)
        to[i * grid.size() + grid.index(t, e)] = found[i];
    }
  }
  return {pass.logits(), scores};
}

/// The objective's value, negated if smaller is better: larger is always better.
double merit(const GridPoint& point, Objective objective) {
  const double value = value_of(point.mean, objective);
  const bool low_is_good = objective == Objective::fpr95 || objective == Objective::detection_error;
  return low_is_good ? -value : value;
}

}  // namespace

std::int64_t TuningGrid::passes() const {
  const auto steps =
      std::count_if(epsilons.begin(), epsilons.end(), [](double e) { return e > 0; });
  return 1 + std::ssize(temperatures) * (1 + steps);
}

TuningGrid default_grid() {
  TuningGrid grid{{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000}, {}};
  for (int i = 0; i <= 20; ++i) grid.epsilons.push_back(i / 5000.0);
  return grid;
}

Tensor GridScores::logits_tensor() const { return Tensor::from(logits, {size(), classes}); }

void GridScores::append(const GridScores& more) {
  if (scores.empty()) {
    *this = more;
    return;
  }
  require(more.scores.size() == scores.size() && more.classes == classes,
          "tune: scores of another grid or network");
  for (std::size_t i = 0; i < scores.size(); ++i)
    scores[i].insert(scores[i].end(), more.scores[i].begin(), more.scores[i].end());
  logits.insert(logits.end(), more.logits.begin(), more.logits.end());
}

std::optional<GridScores> score_grid(const nn::Module& network, const Normalization& normalization,
                                     const Tensor& images, const TuningGrid& grid,
                                     const std::function<bool(std::int64_t)>& go_on) {
  check(grid);
  nn::require_evaluation_mode("tune", network);
  const Tensor x = normalize(images, normalization).to(network.device());
  std::mutex asking;
  bool stopped = false;
  std::vector<Tensor> found;
  try {
    found = nn::for_each_chunk(network, x.dim(0), [&](std::int64_t first, std::int64_t last) {
      const auto after_pass = [&] {
        if (!go_on) return;
        const std::lock_guard lock(asking);
        stopped = stopped || !go_on(last - first);
        if (stopped) throw Stopped();
      };
      return logits_and_scores(network, x.slice(0, first, last), normalization.std, grid,
                               after_pass);
    });
  } catch (const Stopped&) {
    return std::nullopt;
  }
  GridScores result{{}, found[0].dim(1), found[0].to_vector<float>()};
  for (std::int64_t i = 0; i < found[1].dim(1); ++i)
    result.scores.push_back(found[1].select(1, i).to_vector<double>());
  return result;
}

std::vector<GridPoint> measure_grid(const TuningGrid& grid, const GridScores& in,
                                    const std::vector<GridScores>& out) {
  check(grid);
  require(in.size() > 0 && in.scores.size() == grid.size(), "tune: no scores of the in-set");
  for (const GridScores& set : out)
    require(set.size() > 0 && set.scores.size() == grid.size(), "tune: no scores of an out-set");
  std::vector<GridPoint> points(grid.size());
  tensor::parallel_for(std::ssize(points), 1, [&](std::int64_t first, std::int64_t last) {
    for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(last); ++i) {
      GridPoint& p = points[i];
      p.temperature = grid.temperatures[i / grid.epsilons.size()];
      p.epsilon = grid.epsilons[i % grid.epsilons.size()];
      p.mean_in_score = mean_of(in.scores[i]);
      for (const GridScores& set : out)
        p.out.push_back(compute_metrics(in.scores[i], set.scores[i]));
      if (!p.out.empty()) p.mean = mean_of(p.out);
    }
  });
  return points;
}

const std::vector<std::string>& objective_names() {
  static const std::vector<std::string> names{"fpr95", "detection-error", "auroc", "aupr-in",
                                              "aupr-out"};
  return names;
}

std::string name_of(Objective objective) {
  return objective_names()[static_cast<std::size_t>(objective)];
}

Objective parse_objective(std::string_view name) {
  const auto& names = objective_names();
  const auto found = std::find(names.begin(), names.end(), name);
  std::string list;
  for (const std::string& n : names) list += (list.empty() ? "" : ", ") + n;
  require(found != names.end(), "tune: objective '", name, "' is none of ", list);
  return static_cast<Objective>(found - names.begin());
}

double value_of(const Metrics& m, Objective objective) {
  switch (objective) {
    case Objective::fpr95: return m.fpr95;
    case Objective::detection_error: return m.detection_error;
    case Objective::auroc: return m.auroc;
    case Objective::aupr_in: return m.aupr_in;
    case Objective::aupr_out: return m.aupr_out;
  }
  fail("tune: unknown objective");
}

std::size_t best_point(const std::vector<GridPoint>& points, Objective objective) {
  require(!points.empty() && !points.front().out.empty(),
          "tune: an objective needs an out-of-distribution set");
  const auto better = [&](const GridPoint& a, const GridPoint& b) {
    const double merit_a = merit(a, objective), merit_b = merit(b, objective);
    if (merit_a != merit_b) return merit_a > merit_b;
    if (a.mean.auroc != b.mean.auroc) return a.mean.auroc > b.mean.auroc;
    return a.epsilon < b.epsilon;
  };
  // The first point that no other point is better than.
  return static_cast<std::size_t>(std::min_element(points.begin(), points.end(), better) -
                                  points.begin());
}

std::size_t best_point_without_out_set(const std::vector<GridPoint>& points) {
  require(!points.empty(), "tune: no settings");
  for (const GridPoint& p : points)
    require(p.temperature == points.front().temperature,
            "tune: without out-of-distribution images scores at different temperatures cannot be "
            "compared; give one temperature");
  const auto better = [](const GridPoint& a, const GridPoint& b) {
    if (a.mean_in_score != b.mean_in_score) return a.mean_in_score > b.mean_in_score;
    return a.epsilon < b.epsilon;
  };
  return static_cast<std::size_t>(std::min_element(points.begin(), points.end(), better) -
                                  points.begin());
}

}  // namespace odin
