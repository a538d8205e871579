#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "odin/score.h"
#include "odin/scores/make_scores.h"

// Scores of a row of logits alone: maximum softmax, maximum logit, energy.

namespace odin {
namespace {

class MaxSoftmax final : public Score {
 public:
  explicit MaxSoftmax(double temperature) : temperature_(temperature) {
    require_temperature("score", temperature);
  }
  std::vector<double> operator()(const Outputs& outputs) const override {
    return for_each_row(outputs.logits.count, [&](std::int64_t i) {
      const std::vector<double> p = softmax(outputs.logits[i], temperature_);
      return *std::max_element(p.begin(), p.end());
    });
  }
  /// d S_y / d f_i = S_y ([i = y] - S_i) / T, where 1 - S_y is the sum of the others: it keeps its
  /// digits for a network that is sure.
  OutputGradients gradients(const Outputs& outputs) const override {
    if (!kScoreGradients) return {};
    Rows gradients = energy_gradients(outputs.logits, temperature_);
    for_each_row(gradients, [&](std::span<double> row) {
      const auto y = static_cast<std::size_t>(argmax(row));
      const double largest = row[y];
      row[y] = 0;
      const double others = std::accumulate(row.begin(), row.end(), 0.0);
      for (double& s : row) s *= -largest / temperature_;
      row[y] = largest * others / temperature_;
    });
    return {std::move(gradients), {}};
  }

 private:
  double temperature_;
};

class MaxLogit final : public Score {
 public:
  std::vector<double> operator()(const Outputs& outputs) const override {
    return for_each_row(outputs.logits.count, [&](std::int64_t i) {
      return *std::max_element(outputs.logits[i].begin(), outputs.logits[i].end());
    });
  }
  OutputGradients gradients(const Outputs& outputs) const override {
    if (!kScoreGradients) return {};
    Rows gradients(outputs.logits.count, outputs.logits.width);
    for (std::int64_t i = 0; i < gradients.count; ++i)
      gradients[i][static_cast<std::size_t>(argmax(outputs.logits[i]))] = 1;
    return {std::move(gradients), {}};
  }
};

class Energy final : public Score {
 public:
  explicit Energy(double temperature) : temperature_(temperature) {
    require_temperature("score", temperature);
  }
  std::vector<double> operator()(const Outputs& outputs) const override {
    return for_each_row(outputs.logits.count, [&](std::int64_t i) {
      return log_sum_exp(outputs.logits[i], temperature_);
    });
  }
  OutputGradients gradients(const Outputs& outputs) const override {
    if (!kScoreGradients) return {};
    return {energy_gradients(outputs.logits, temperature_), {}};
  }

 private:
  double temperature_;
};

}  // namespace

ScorePointer make_max_softmax(double temperature) {
  return std::make_unique<MaxSoftmax>(temperature);
}

ScorePointer make_temp_scale(const Fit& fit) {
  return make_max_softmax(fit.number("temp-scale", "temperature"));
}

ScorePointer make_max_logit() { return std::make_unique<MaxLogit>(); }

ScorePointer make_energy(double temperature) { return std::make_unique<Energy>(temperature); }

}  // namespace odin
