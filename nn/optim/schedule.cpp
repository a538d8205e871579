#include "odin/nn/optim/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace odin::nn {
namespace {

/// `rate` after the warm-up; during it `rate` times the fraction of the warm-up that is done.
double warmed_up(double rate, std::int64_t step, std::int64_t warmup) {
  return step < warmup ? rate * static_cast<double>(step + 1) / static_cast<double>(warmup) : rate;
}

/// From `first` to `last` along half a cosine, `progress` from 0 to 1.
double half_cosine(double first, double last, double progress) {
  return last + (first - last) * 0.5 * (1 + std::cos(std::numbers::pi * progress));
}

}  // namespace

double StepSchedule::at(std::int64_t step) const {
  const double progress = static_cast<double>(step) / static_cast<double>(total);
  double rate = learning_rate;
  for (double milestone : milestones)
    if (progress >= milestone) rate *= factor;
  return warmed_up(rate, step, warmup);
}

double CosineSchedule::at(std::int64_t step) const {
  if (step < warmup) return warmed_up(learning_rate, step, warmup);
  const auto length = static_cast<double>(std::max<std::int64_t>(1, total - warmup));
  return half_cosine(learning_rate, last,
                     std::min(1.0, static_cast<double>(step - warmup) / length));
}

double OneCycleSchedule::at(std::int64_t step) const {
  const double first = learning_rate / div_factor, last = first / final_div_factor;
  const double end = static_cast<double>(total - 1), now = static_cast<double>(step);
  const double top = pct_start * static_cast<double>(total) - 1;  // step of the highest rate
  if (top > 0 && now <= top) return half_cosine(first, learning_rate, now / top);
  return half_cosine(learning_rate, last, now < end ? (now - top) / (end - top) : 1);
}

double learning_rate_at(const Schedule& schedule, std::int64_t step) {
  return std::visit([step](const auto& s) { return s.at(step); }, schedule);
}

}  // namespace odin::nn
