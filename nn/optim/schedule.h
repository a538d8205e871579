#pragma once

#include <cstdint>
#include <variant>
#include <vector>

namespace odin::nn {

// A learning rate for every step of a training of `total` steps; `warmup` is how many of them it
// takes to rise, linearly, to where the schedule begins.

/// Constant but for a factor at each milestone.
struct StepSchedule {
  double learning_rate;
  std::int64_t total;
  std::vector<double> milestones = {0.5, 0.75};  ///< fractions of the total
  double factor = 0.1;                           ///< at each milestone
  std::int64_t warmup = 0;

  double at(std::int64_t step) const;
};

/// Half a cosine down to `last`.
struct CosineSchedule {
  double learning_rate;
  std::int64_t total;
  std::int64_t warmup = 0;
  double last = 0;

  double at(std::int64_t step) const;
};

/// The 1cycle policy (Smith & Topin 2018) as PyTorch's OneCycleLR has it, both ways along half a
/// cosine: up from learning_rate / div_factor, and down to that over final_div_factor. The way up is
/// its warm-up. The momentum stays as it is: OneCycleLR(cycle_momentum=False).
struct OneCycleSchedule {
  double learning_rate;  ///< the highest
  std::int64_t total;
  double pct_start = 0.3;  ///< the share of the steps that go up
  double div_factor = 25;
  double final_div_factor = 1e4;

  double at(std::int64_t step) const;
};

using Schedule = std::variant<StepSchedule, CosineSchedule, OneCycleSchedule>;
double learning_rate_at(const Schedule& schedule, std::int64_t step);

}  // namespace odin::nn
