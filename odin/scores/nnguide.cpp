#include "odin/scores/make_scores.h"
#include "odin/scores/nearest_rows.h"

namespace odin {
namespace {

Rows times_energies(Rows rows, const std::vector<double>& factors) {
  for (std::int64_t i = 0; i < rows.count; ++i)
    for (double& x : rows[i]) x *= factors[static_cast<std::size_t>(i)];
  return rows;
}

class NnGuide final : public Score {
 public:
  NnGuide(Rows bank, const std::vector<double>& energies, std::int64_t k)
      : nearest_(times_energies(unit_rows(std::move(bank)), energies)), k_(k) {
    require_neighbors("nnguide", k, nearest_);
  }
  std::vector<double> operator()(const Outputs& outputs) const override {
    const Rows z = unit_rows(outputs.features);
    const auto found = nearest_.find(z, k_);
    return for_each_row(z.count, [&](std::int64_t i) {
      double sum = 0;
      for (const std::int64_t row : found[static_cast<std::size_t>(i)])
        sum += dot(z[i], nearest_.bank()[row]);
      return log_sum_exp(outputs.logits[i]) * sum / static_cast<double>(k_);
    });
  }

 private:
  NearestRows nearest_;
  std::int64_t k_;
};

}  // namespace

ScorePointer make_nnguide(const Fit& fit, std::int64_t k) {
  return std::make_unique<NnGuide>(fit.matrix("nnguide", "bank"),
                                   fit.vector("nnguide", "bank_energies"), k);
}

}  // namespace odin
