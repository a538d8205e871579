#include "odin/scores/make_scores.h"
#include "odin/scores/shaping.h"

namespace odin {
namespace {

class Scale final : public Score {
 public:
  Scale(const LinearHead& head, double q)
      : head_(head), kept_(kept_features("scale", head.weight.width, q)) {}

  std::vector<double> operator()(const Outputs& outputs) const override {
    require_no_negative("scale", outputs.features);
    Rows h = outputs.features;
    for_each_row(h, [&](std::span<double> row) {
      const double factor = scale_factor(row, largest_features(row, kept_));
      for (double& x : row) x *= factor;
    });
    return energies(head_.logits(h));
  }

 private:
  LinearHead head_;
  std::int64_t kept_;
};

}  // namespace

ScorePointer make_scale(const LinearHead& head, double q) {
  return std::make_unique<Scale>(head, q);
}

}  // namespace odin
