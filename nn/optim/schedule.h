#pragma once

#include <cstdint>
#include <variant>
#include <vector>

namespace odin::nn {

// Schedules of the learning rate over a training of `total` steps. During the first `warmup` steps
// it rises linearly to the schedule's value. at(step) is the learning rate of step 0, 1, ...

/// Constant, multiplied by `factor` at each milestone.
struct StepSchedule {
  double learning_rate;
  std::int64_t total;
  std::vector<double> milestones = {0.5, 0.75};  ///< fractions of the total
  double factor = 0.1;
  std::int64_t warmup = 0;

  double at(std::int64_t step) const;
};

/// Falls along half a cosine from `learning_rate` to `last` (Loshchilov & Hutter 2017).
struct CosineSchedule {
  double learning_rate;
  std::int64_t total;
  std::int64_t warmup = 0;
  double last = 0;

  double at(std::int64_t step) const;
};

/// The 1cycle policy (Smith & Topin 2018) as in PyTorch's OneCycleLR: along half a cosine up from
/// learning_rate / div_factor to learning_rate, then along half a cosine down to learning_rate /
/// (div_factor final_div_factor). There is no other warm-up, and the momentum does not change, as
/// with OneCycleLR(cycle_momentum=False).
struct OneCycleSchedule {
  double learning_rate;  ///< the highest
  std::int64_t total;
  double pct_start = 0.3;  ///< fraction of the steps in which the learning rate rises
  double div_factor = 25;
  double final_div_factor = 1e4;

  double at(std::int64_t step) const;
};

using Schedule = std::variant<StepSchedule, CosineSchedule, OneCycleSchedule>;
double learning_rate_at(const Schedule& schedule, std::int64_t step);

}  // namespace odin::nn
