#include <cmath>

#include "odin/scores/make_scores.h"
#include "odin/tensor/parallel.h"

namespace odin {
namespace {

/// |w_a - w_b| for all pairs of classes.
Rows weight_distances(const Rows& weight) {
  Rows distances(weight.count, weight.count);
  tensor::parallel_for(weight.count, 1, [&](std::int64_t first, std::int64_t last) {
    for (auto a = first; a < last; ++a)
      for (std::int64_t b = 0; b < weight.count; ++b) {
        const auto from = weight[a], to = weight[b];
        double sum = 0;
        for (std::size_t j = 0; j < from.size(); ++j) sum += (from[j] - to[j]) * (from[j] - to[j]);
        distances[a][static_cast<std::size_t>(b)] = std::sqrt(sum);
      }
  });
  return distances;
}

class Fdbd final : public Score {
 public:
  Fdbd(const LinearHead& head, std::vector<double> center)
      : distances_(weight_distances(head.weight)), center_(std::move(center)) {}
  std::vector<double> operator()(const Outputs& outputs) const override {
    return for_each_row(outputs.logits.count, [&](std::int64_t i) {
      const auto f = outputs.logits[i];
      const std::int64_t y = argmax(f);
      double sum = 0;
      for (std::size_t c = 0; c < f.size(); ++c) {
        const double apart = distances_[y][c];
        if (static_cast<std::int64_t>(c) != y && apart > 0)
          sum += std::abs(f[static_cast<std::size_t>(y)] - f[c]) / apart;
      }
      const auto h = outputs.features[i];
      double length = 0;
      for (std::size_t j = 0; j < h.size(); ++j)
        length += (h[j] - center_[j]) * (h[j] - center_[j]);
      return length > 0 ? sum / std::sqrt(length) : 0;
    });
  }

 private:
  Rows distances_;
  std::vector<double> center_;
};

}  // namespace

ScorePointer make_fdbd(const LinearHead& head, const Fit& fit, bool centered) {
  const std::vector<double> origin(static_cast<std::size_t>(head.weight.width), 0);
  return std::make_unique<Fdbd>(head, centered ? fit.vector("fdbd", "mean") : origin);
}

}  // namespace odin
