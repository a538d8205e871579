#include <algorithm>
#include <cmath>
#include <functional>

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

 private:
  double gamma_;
  std::int64_t most_;
};

}  // namespace

ScorePointer make_gen(double gamma, std::int64_t most) {
  return std::make_unique<Gen>(gamma, most);
}

}  // namespace odin
