#include <algorithm>
#include <cmath>

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
