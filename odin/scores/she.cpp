#include "odin/scores/make_scores.h"

namespace odin {
namespace {

class She final : public Score {
 public:
  She(Rows means, std::vector<double> counts)
      : means_(std::move(means)), counts_(std::move(counts)) {}
  std::vector<double> operator()(const Outputs& outputs) const override {
    return for_each_row(outputs.logits.count, [&](std::int64_t i) {
      const std::int64_t y = argmax(outputs.logits[i]);
      require(counts_[static_cast<std::size_t>(y)] > 0, "she: the fit has no image of class ", y,
              " that was classified right, and this image is seen as one");
      return dot(outputs.features[i], means_[y]);
    });
  }

 private:
  Rows means_;
  std::vector<double> counts_;
};

}  // namespace

ScorePointer make_she(const Fit& fit) {
  return std::make_unique<She>(fit.matrix("she", "correct_means"),
                               fit.vector("she", "correct_counts"));
}

}  // namespace odin
