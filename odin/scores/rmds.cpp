#include "odin/scores/mahalanobis_distance.h"
#include "odin/scores/make_scores.h"

namespace odin {
namespace {

class Rmds final : public Score {
 public:
  explicit Rmds(const Fit& fit)
      : distances_("rmds", fit),
        mean_(fit.vector("rmds", "mean")),
        precision_(fit.symmetric("rmds", "precision_all")) {}
  std::vector<double> operator()(const Outputs& outputs) const override {
    const std::vector<double> nearest = distances_.least(outputs.features);
    std::vector<double> scores = squared_distances(outputs.features, mean_, precision_);
    for (std::size_t i = 0; i < scores.size(); ++i) scores[i] -= nearest[i];
    return scores;
  }
  OutputGradients gradients(const Outputs& outputs) const override {
    if (!kScoreGradients) return {};
    const Rows nearest = distances_.gradients(outputs.features);
    Rows gradients = squared_distance_gradients(outputs.features, mean_, precision_);
    for (std::size_t i = 0; i < gradients.values.size(); ++i)
      gradients.values[i] -= nearest.values[i];
    return {{}, std::move(gradients)};
  }

 private:
  ClassDistances distances_;
  std::vector<double> mean_;
  Rows precision_;
};

}  // namespace

ScorePointer make_rmds(const Fit& fit) { return std::make_unique<Rmds>(fit); }

}  // namespace odin
