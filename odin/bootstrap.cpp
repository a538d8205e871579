#include "odin/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "odin/tensor/error.h"
#include "odin/tensor/parallel.h"
#include "odin/tensor/random.h"

namespace odin {
namespace {

constexpr double kTailShare = 0.025;  // on either side of a 95% interval
constexpr double kNormalQuantile = 1.959964;

/// The step of each sample, of one kind.
std::vector<std::uint32_t> steps_of_samples(const ScoreRanking& ranking,
                                            std::int64_t ScoreRanking::Step::*count) {
  std::vector<std::uint32_t> steps;
  std::int64_t before = 0;
  for (std::size_t i = 0; i < ranking.steps().size(); ++i) {
    const std::int64_t here = ranking.steps()[i].*count;
    steps.insert(steps.end(), static_cast<std::size_t>(here - before),
                 static_cast<std::uint32_t>(i));
    before = here;
  }
  return steps;
}

/// Draws as many samples as there are, with replacement, and counts those of each step.
void draw(const tensor::Random& random, const std::vector<std::uint32_t>& samples,
          std::uint64_t first, std::vector<std::int64_t>& counts) {
  std::fill(counts.begin(), counts.end(), 0);
  const auto n = static_cast<std::uint32_t>(samples.size());
  for (std::uint32_t i = 0; i < n; ++i) ++counts[samples[random.below(first + i, n)]];
}

class Resampler {
 public:
  Resampler(const ScoreRanking& ranking, std::uint64_t seed)
      : ranking_(ranking),
        seed_(seed),
        in_(steps_of_samples(ranking, &ScoreRanking::Step::in)),
        out_(steps_of_samples(ranking, &ScoreRanking::Step::out)) {}

  Metrics operator()(std::uint64_t number) const {
    const tensor::Random random(seed_, number);
    std::vector<std::int64_t> in(ranking_.steps().size()), out(ranking_.steps().size());
    draw(random, in_, 0, in);
    draw(random, out_, in_.size(), out);
    std::vector<ScoreRanking::Step> steps;
    ScoreRanking::Step sum{};
    for (std::size_t i = 0; i < in.size(); ++i) {
      if (in[i] == 0 && out[i] == 0) continue;
      sum = {ranking_.steps()[i].score, sum.in + in[i], sum.out + out[i]};
      steps.push_back(sum);
    }
    return ScoreRanking(std::move(steps)).metrics();
  }

 private:
  const ScoreRanking& ranking_;
  std::uint64_t seed_;
  std::vector<std::uint32_t> in_, out_;
};

Interval percentiles(const std::vector<Metrics>& resamples, double Metrics::*figure) {
  std::vector<double> values;
  for (const Metrics& m : resamples) values.push_back(m.*figure);
  std::sort(values.begin(), values.end());
  const auto n = static_cast<double>(values.size());
  const auto at = [&](double rank) {
    return values[static_cast<std::size_t>(std::clamp(rank, 0.0, n - 1))];
  };
  return {at(std::floor(kTailShare * n)), at(std::ceil((1 - kTailShare) * n) - 1)};
}

Interval both(const Interval& a, const Interval& b) {
  return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

}  // namespace

Interval auroc_interval(double auroc, std::int64_t ins, std::int64_t outs) {
  require(ins > 0 && outs > 0 && auroc >= 0 && auroc <= 1, "interval: AUROC ", auroc, " of ", ins,
          " and ", outs);
  const auto m = static_cast<double>(ins), n = static_cast<double>(outs);
  const double more = (m + n) / 2 - 1;
  const auto half_width = [&](double a) {
    const double variance = a * (1 - a) * (1 + more * ((1 - a) / (2 - a) + a / (1 + a))) / (m * n);
    return kNormalQuantile * std::sqrt(std::max(variance, 0.0));
  };
  // The values from which `auroc` is as far as their own standard error allows.
  const auto solve = [&](double end) {
    double inside = auroc, outside = end;
    for (int i = 0; i < 60; ++i) {
      const double middle = (inside + outside) / 2;
      (std::abs(middle - auroc) <= half_width(middle) ? inside : outside) = middle;
    }
    return (inside + outside) / 2;
  };
  return {solve(0), solve(1)};
}

MetricsIntervals bootstrap_intervals(const ScoreRanking& ranking, std::uint64_t seed,
                                     int resamples) {
  require(resamples > 0, "bootstrap: ", resamples, " resamples");
  const Resampler resample(ranking, seed);
  std::vector<Metrics> found(static_cast<std::size_t>(resamples));
  tensor::parallel_for(resamples, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i)
      found[static_cast<std::size_t>(i)] = resample(static_cast<std::uint64_t>(i));
  });
  const Metrics own = ranking.metrics();
  const std::int64_t ins = ranking.in_count(), outs = ranking.out_count();
  const auto accepted =
      static_cast<std::int64_t>(std::llround(own.fpr95 * static_cast<double>(outs)));
  return {both(percentiles(found, &Metrics::fpr95), share_interval(accepted, outs)),
          percentiles(found, &Metrics::detection_error_at_tpr95),
          percentiles(found, &Metrics::detection_error),
          both(percentiles(found, &Metrics::auroc), auroc_interval(own.auroc, ins, outs)),
          percentiles(found, &Metrics::aupr_in),
          percentiles(found, &Metrics::aupr_out)};
}

}  // namespace odin
