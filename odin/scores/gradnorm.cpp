#include <cmath>

#include "odin/score.h"
#include "odin/scores/make_scores.h"

namespace odin {
namespace {

/// The gradient with respect to W is the outer product of (S - 1/K) / T and h, whose L1 norm is the
/// product of theirs.
class GradNormScore final : public Score {
 public:
  explicit GradNormScore(double temperature) : temperature_(temperature) {
    require_temperature("gradnorm", temperature);
  }
  std::vector<double> operator()(const Outputs& outputs) const override {
    return for_each_row(outputs.logits.count, [&](std::int64_t i) {
      const std::vector<double> p = softmax(outputs.logits[i], temperature_);
      double of_softmax = 0, of_features = 0;
      for (const double s : p) of_softmax += std::abs(s - 1 / static_cast<double>(p.size()));
      for (const double h : outputs.features[i]) of_features += std::abs(h);
      return of_softmax / temperature_ * of_features;
    });
  }

 private:
  double temperature_;
};

}  // namespace

ScorePointer make_gradnorm(double temperature) {
  return std::make_unique<GradNormScore>(temperature);
}

}  // namespace odin
