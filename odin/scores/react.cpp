#include <algorithm>

#include "odin/scores/make_scores.h"

namespace odin {
namespace {

class React final : public Score {
 public:
  React(const LinearHead& head, double clip) : head_(head), clip_(clip) {}
  std::vector<double> operator()(const Outputs& outputs) const override {
    Rows h = outputs.features;
    for (double& x : h.values) x = std::min(x, clip_);
    return energies(head_.logits(h));
  }

 private:
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
