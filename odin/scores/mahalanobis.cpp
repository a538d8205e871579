#include <utility>

#include "odin/scores/mahalanobis_distance.h"
#include "odin/scores/make_scores.h"

namespace odin {
namespace {

Rows centered(Rows rows, const std::vector<double>& center) {
  for (std::int64_t i = 0; i < rows.count; ++i)
    for (std::size_t j = 0; j < center.size(); ++j) rows[i][j] -= center[j];
  return rows;
}

}  // namespace

std::vector<double> squared_distances(const Rows& features, const std::vector<double>& center,
                                      const Rows& precision) {
  const Rows x = centered(features, center);
  const Rows product = times(x, precision);
  return for_each_row(x.count, [&](std::int64_t i) { return dot(x[i], product[i]); });
}

Rows squared_distance_gradients(const Rows& features, const std::vector<double>& center,
                                const Rows& precision) {
  Rows gradients = times(centered(features, center), precision);
  for (double& g : gradients.values) g *= 2;
  return gradients;
}

/// With x = h - m and t_c = m_c - m the distance is x^T P x - 2 x^T P t_c + t_c^T P t_c: one product
/// with P for all classes.
ClassDistances::ClassDistances(const std::string& method, const Fit& fit)
    : center_(fit.vector(method, "mean")), precision_(fit.symmetric(method, "precision")) {
  const Rows means = fit.matrix(method, "class_means");
  const std::vector<double> counts = fit.vector(method, "class_counts");
  Rows known(0, means.width);
  for (std::int64_t c = 0; c < means.count; ++c) {
    if (counts[static_cast<std::size_t>(c)] == 0) continue;
    ++known.count;
    known.values.insert(known.values.end(), means[c].begin(), means[c].end());
  }
  require(known.count > 0, method, ": the fit knows no class");
  const Rows t = centered(known, center_);
  const Rows towards = times(t, precision_);
  lengths_ = for_each_row(t.count, [&](std::int64_t c) { return dot(t[c], towards[c]); });
  towards_ = transposed(towards);
}

std::vector<double> ClassDistances::least(const Rows& features) const {
  const Rows x = centered(features, center_);
  const Rows product = times(x, precision_), along = times(x, towards_);
  return for_each_row(x.count, [&](std::int64_t i) {
    const auto c = static_cast<std::size_t>(nearest(along[i]));
    return dot(x[i], product[i]) - 2 * along[i][c] + lengths_[c];
  });
}

std::int64_t ClassDistances::nearest(std::span<const double> along) const {
  std::size_t nearest = 0;
  for (std::size_t c = 1; c < lengths_.size(); ++c)
    if (lengths_[c] - 2 * along[c] < lengths_[nearest] - 2 * along[nearest]) nearest = c;
  return static_cast<std::int64_t>(nearest);
}

/// 2 (P x - P t_c)
Rows ClassDistances::gradients(const Rows& features) const {
  const Rows along = times(centered(features, center_), towards_);
  Rows gradients = squared_distance_gradients(features, center_, precision_);
  for (std::int64_t i = 0; i < gradients.count; ++i) {
    const auto c = static_cast<std::size_t>(nearest(along[i]));
    for (std::int64_t j = 0; j < gradients.width; ++j)
      gradients[i][static_cast<std::size_t>(j)] -= 2 * towards_[j][c];
  }
  return gradients;
}

namespace {

class Mahalanobis final : public Score {
 public:
  explicit Mahalanobis(const Fit& fit) : distances_("mahalanobis", fit) {}
  std::vector<double> operator()(const Outputs& outputs) const override {
    std::vector<double> scores = distances_.least(outputs.features);
    for (double& s : scores) s = -s;
    return scores;
  }
  OutputGradients gradients(const Outputs& outputs) const override {
    if (!kScoreGradients) return {};
    Rows gradients = distances_.gradients(outputs.features);
    for (double& g : gradients.values) g = -g;
    return {{}, std::move(gradients)};
  }

 private:
  ClassDistances distances_;
};

}  // namespace

ScorePointer make_mahalanobis(const Fit& fit) { return std::make_unique<Mahalanobis>(fit); }

}  // namespace odin
