#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include "odin/scores/make_scores.h"

namespace odin {
namespace {

class Gen final : public Score {
 public:
  Gen(double gamma, std::int64_t most) : gamma_(gamma), most_(most) {
    require(gamma > 0 && std::isfinite(gamma), "gen: expected gamma above 0, got ", gamma);
    require(most >= 1, "gen: expected 1 or more probabilities, got ", most);
  }
  std::vector<double> operator()(const Outputs& outputs) const override {
    return for_each_row(outputs.logits.count, [&](std::int64_t i) {
      std::vector<double> p = softmax(outputs.logits[i]);
      if (std::ssize(p) > most_) {
        std::nth_element(p.begin(), p.begin() + most_, p.end(), std::greater<>());
        p.resize(static_cast<std::size_t>(most_));
      }
      double sum = 0;
      for (const double x : p) sum += std::pow(x, gamma_) * std::pow(1 - x, gamma_);
      return -sum;
    });
  }
  /// With q_i = 1 - p_i, the sum of the others, and a_i = gamma p_i^gamma q_i^gamma (1 - 2 p_i) of
  /// those that count: d/d f_j = -a_j + sum_{i != j} a_i p_j / q_i, finite for every p.
  OutputGradients gradients(const Outputs& outputs) const override {
    if (!kScoreGradients) return {};
    Rows gradients = energy_gradients(outputs.logits);
    const auto most = static_cast<std::size_t>(std::min(most_, gradients.width));
    for_each_row(gradients, [&](std::span<double> row) {
      const std::vector<double> p(row.begin(), row.end());
      std::vector<std::size_t> order(p.size());
      std::iota(order.begin(), order.end(), std::size_t{0});
      std::ranges::stable_sort(order, [&](std::size_t i, std::size_t j) { return p[i] > p[j]; });
      std::ranges::fill(row, 0.0);
      for (std::size_t rank = 0; rank < most; ++rank) {
        const std::size_t i = order[rank];
        double q = 0;
        for (std::size_t j = 0; j < p.size(); ++j) q += j == i ? 0 : p[j];
        const double a = gamma_ * std::pow(p[i], gamma_) * std::pow(q, gamma_) * (1 - 2 * p[i]);
        row[i] -= a;
        for (std::size_t j = 0; j < p.size(); ++j)
          if (j != i && q > 0) row[j] += a * (p[j] / q);
      }
    });
    return {std::move(gradients), {}};
  }

 private:
  double gamma_;
  std::int64_t most_;
};

}  // namespace

ScorePointer make_gen(double gamma, std::int64_t most) {
  return std::make_unique<Gen>(gamma, most);
}

}  // namespace odin
