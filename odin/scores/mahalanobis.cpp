#include <algorithm>
#include <limits>

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
  const Rows product = times_transposed(x, precision);
  return for_each_row(x.count, [&](std::int64_t i) { return dot(x[i], product[i]); });
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
  towards_ = times_transposed(t, precision_);
  lengths_ = for_each_row(t.count, [&](std::int64_t c) { return dot(t[c], towards_[c]); });
}

std::vector<double> ClassDistances::least(const Rows& features) const {
  const Rows x = centered(features, center_);
  const Rows product = times_transposed(x, precision_), along = times_transposed(x, towards_);
  return for_each_row(x.count, [&](std::int64_t i) {
    const double own = dot(x[i], product[i]);
    double nearest = std::numeric_limits<double>::infinity();
    for (std::size_t c = 0; c < lengths_.size(); ++c)
      nearest = std::min(nearest, own - 2 * along[i][c] + lengths_[c]);
    return nearest;
  });
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

 private:
  ClassDistances distances_;
};

}  // namespace

ScorePointer make_mahalanobis(const Fit& fit) { return std::make_unique<Mahalanobis>(fit); }

}  // namespace odin
