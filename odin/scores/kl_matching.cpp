#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "odin/scores/make_scores.h"

namespace odin {
namespace {

/// sum p log(p / q), where 0 log 0 = 0; infinite if q is 0 where p is not.
double divergence(std::span<const double> p, std::span<const double> q) {
  double sum = 0;
  for (std::size_t i = 0; i < p.size(); ++i)
    if (p[i] > 0) sum += p[i] * std::log(p[i] / q[i]);
  return sum;
}

class KlMatching final : public Score {
 public:
  explicit KlMatching(Rows means) : means_(std::move(means)) {}
  std::vector<double> operator()(const Outputs& outputs) const override {
    return for_each_row(outputs.logits.count, [&](std::int64_t i) {
      const std::vector<double> p = softmax(outputs.logits[i]);
      return -divergence(p, means_[nearest(p)]);
    });
  }
  /// d KL / d f_j = p_j (log(p_j / d_j) - KL)
  OutputGradients gradients(const Outputs& outputs) const override {
    if (!kScoreGradients) return {};
    Rows gradients = energy_gradients(outputs.logits);
    for_each_row(gradients, [&](std::span<double> p) {
      const auto mean = means_[nearest(p)];
      const double whole = divergence(p, mean);
      for (std::size_t j = 0; j < p.size(); ++j)
        if (p[j] > 0) p[j] *= whole - std::log(p[j] / mean[j]);
    });
    return {std::move(gradients), {}};
  }

 private:
  std::int64_t nearest(std::span<const double> p) const {
    std::int64_t nearest = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::int64_t c = 0; c < means_.count; ++c)
      if (const double d = divergence(p, means_[c]); d < least) least = d, nearest = c;
    return nearest;
  }

  Rows means_;
};

}  // namespace

ScorePointer make_kl_matching(const Fit& fit) {
  return std::make_unique<KlMatching>(fit.matrix("kl-matching", "softmax_means"));
}

}  // namespace odin
