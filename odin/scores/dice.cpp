#include "odin/scores/make_scores.h"

namespace odin {
namespace {

class Dice final : public Score {
 public:
  explicit Dice(LinearHead masked) : head_(std::move(masked)) {}
  std::vector<double> operator()(const Outputs& outputs) const override {
    return energies(head_.logits(outputs.features));
  }
  OutputGradients gradients(const Outputs& outputs) const override {
    if (!kScoreGradients) return {};
    return {{}, head_.features_gradient(energy_gradients(head_.logits(outputs.features)))};
  }

 private:
  LinearHead head_;
};

}  // namespace

ScorePointer make_dice(const LinearHead& head, const Fit& fit, double q) {
  require(q >= 0 && q <= 100, "dice: expected a percentile q of 0 to 100, got ", q);
  const std::vector<double> mean = fit.vector("dice", "mean");
  Rows contributions = head.weight;
  for (std::int64_t k = 0; k < contributions.count; ++k)
    for (std::size_t j = 0; j < mean.size(); ++j) contributions[k][j] *= mean[j];
  const double least = percentile(contributions.values, q);
  LinearHead masked = head;
  for (std::size_t i = 0; i < contributions.values.size(); ++i)
    if (!(contributions.values[i] > least)) masked.weight.values[i] = 0;
  return std::make_unique<Dice>(std::move(masked));
}

}  // namespace odin
