#include <utility>

#include "odin/scores/make_scores.h"
#include "odin/scores/principal_space.h"

namespace odin {
namespace {

class Vim final : public Score {
 public:
  Vim(const LinearHead& head, const Fit& fit, std::int64_t d) : residuals_("vim", head, fit, d) {
    constexpr double kRounding = 1e-10;  // of what is left of images that lie within d directions
    const std::vector<double> means = fit.vector("vim", "residual_means");
    const double mean = means[static_cast<std::size_t>(residuals_.dimensions())];
    require(mean > kRounding * means.front(), "vim: the training images lie within ",
            residuals_.dimensions(),
            " principal directions; fit to more images, or choose a smaller d");
    alpha_ = fit.number("vim", "mean_max_logit") / mean;
  }
  std::vector<double> operator()(const Outputs& outputs) const override {
    std::vector<double> scores = energies(outputs.logits);
    const std::vector<double> norms = residuals_.norms(outputs.features);
    for (std::size_t i = 0; i < scores.size(); ++i) scores[i] -= alpha_ * norms[i];
    return scores;
  }
  OutputGradients gradients(const Outputs& outputs) const override {
    if (!kScoreGradients) return {};
    Rows gradients = residuals_.gradients(outputs.features);
    for (double& g : gradients.values) g *= -alpha_;
    return {energy_gradients(outputs.logits), std::move(gradients)};
  }

 private:
  Residuals residuals_;
  double alpha_ = 0;
};

class ResidualScore final : public Score {
 public:
  ResidualScore(const LinearHead& head, const Fit& fit, std::int64_t d)
      : residuals_("residual", head, fit, d) {}
  std::vector<double> operator()(const Outputs& outputs) const override {
    std::vector<double> scores = residuals_.norms(outputs.features);
    for (double& s : scores) s = -s;
    return scores;
  }
  OutputGradients gradients(const Outputs& outputs) const override {
    if (!kScoreGradients) return {};
    Rows gradients = residuals_.gradients(outputs.features);
    for (double& g : gradients.values) g = -g;
    return {{}, std::move(gradients)};
  }

 private:
  Residuals residuals_;
};

}  // namespace

ScorePointer make_vim(const LinearHead& head, const Fit& fit, std::int64_t d) {
  return std::make_unique<Vim>(head, fit, d);
}

ScorePointer make_residual(const LinearHead& head, const Fit& fit, std::int64_t d) {
  return std::make_unique<ResidualScore>(head, fit, d);
}

}  // namespace odin
