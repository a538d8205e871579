#include <algorithm>
#include <utility>

#include "odin/scores/make_scores.h"

namespace odin {
namespace {

class She final : public Score {
 public:
  She(Rows means, std::vector<double> counts)
      : means_(std::move(means)), counts_(std::move(counts)) {}
  std::vector<double> operator()(const Outputs& outputs) const override {
    return for_each_row(outputs.logits.count, [&](std::int64_t i) {
      return dot(outputs.features[i], pattern(outputs.logits[i]));
    });
  }
  OutputGradients gradients(const Outputs& outputs) const override {
    if (!kScoreGradients) return {};
    Rows gradients(outputs.logits.count, means_.width);
    for (std::int64_t i = 0; i < gradients.count; ++i)
      std::ranges::copy(pattern(outputs.logits[i]), gradients[i].begin());
    return {{}, std::move(gradients)};
  }

 private:
  std::span<const double> pattern(std::span<const double> logits) const {
    const std::int64_t y = argmax(logits);
    require(counts_[static_cast<std::size_t>(y)] > 0, "she: the fit has no image of class ", y,
            " that was classified right, and this image is seen as one");
    return means_[y];
  }

  Rows means_;
  std::vector<double> counts_;
};

}  // namespace

ScorePointer make_she(const Fit& fit) {
  return std::make_unique<She>(fit.matrix("she", "correct_means"),
                               fit.vector("she", "correct_counts"));
}

}  // namespace odin
