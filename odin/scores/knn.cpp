#include <cmath>

#include "odin/scores/make_scores.h"
#include "odin/scores/nearest_rows.h"

namespace odin {
namespace {

class Knn final : public Score {
 public:
  Knn(Rows bank, std::int64_t k) : nearest_(unit_rows(std::move(bank))), k_(k) {
    require_neighbors("knn", k, nearest_);
  }
  std::vector<double> operator()(const Outputs& outputs) const override {
    const Rows z = unit_rows(outputs.features);
    const auto found = nearest_.find(z, k_);
    return for_each_row(z.count, [&](std::int64_t i) {
      const auto own = z[i];
      const auto other = nearest_.bank()[found[static_cast<std::size_t>(i)].back()];
      double sum = 0;
      for (std::size_t j = 0; j < own.size(); ++j) sum += (own[j] - other[j]) * (own[j] - other[j]);
      return -std::sqrt(sum);
    });
  }

 private:
  NearestRows nearest_;
  std::int64_t k_;
};

}  // namespace

ScorePointer make_knn(const Fit& fit, std::int64_t k) {
  return std::make_unique<Knn>(fit.matrix("knn", "bank"), k);
}

}  // namespace odin
