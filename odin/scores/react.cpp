#include <algorithm>
#include <utility>

#include "odin/scores/make_scores.h"

namespace odin {
namespace {

class React final : public Score {
 public:
  React(const LinearHead& head, double clip) : head_(head), clip_(clip) {}
  std::vector<double> operator()(const Outputs& outputs) const override {
    return energies(logits(outputs.features));
  }
  OutputGradients gradients(const Outputs& outputs) const override {
    if (!kScoreGradients) return {};
    Rows gradients = head_.features_gradient(energy_gradients(logits(outputs.features)));
    for (std::size_t i = 0; i < gradients.values.size(); ++i)
      if (outputs.features.values[i] > clip_) gradients.values[i] = 0;
    return {{}, std::move(gradients)};
  }

 private:
  Rows logits(Rows h) const {
    for (double& x : h.values) x = std::min(x, clip_);
    return head_.logits(h);
  }

  LinearHead head_;
  double clip_;
};

}  // namespace

ScorePointer make_react(const LinearHead& head, const Fit& fit, double q) {
  require(q >= 0 && q <= 100 && q == static_cast<int>(q),
          "react: expected a whole number of 0 to 100 as percentile q, got ", q);
  return std::make_unique<React>(head,
                                 fit.vector("react", "percentiles")[static_cast<std::size_t>(q)]);
}

}  // namespace odin
