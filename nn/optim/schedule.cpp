#include "odin/nn/optim/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace odin::nn {

double StepSchedule::at(std::int64_t step) const {
  const double progress = static_cast<double>(step) / static_cast<double>(total);
  double rate = learning_rate;
  for (double milestone : milestones)
    if (progress >= milestone) rate *= factor;
  return rate;
}

double CosineSchedule::at(std::int64_t step) const {
  if (step < warmup)
    return learning_rate * static_cast<double>(step + 1) / static_cast<double>(warmup);
  const auto length = static_cast<double>(std::max<std::int64_t>(1, total - warmup));
  const double progress = std::min(1.0, static_cast<double>(step - warmup) / length);
  return last + (learning_rate - last) * 0.5 * (1 + std::cos(std::numbers::pi * progress));
}

}  // namespace odin::nn
