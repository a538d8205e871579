#pragma once

#include <cstdint>
#include <vector>

namespace odin::nn {

/// A learning rate for every step of a training of `total` steps.
struct StepSchedule {
  double learning_rate;
  std::int64_t total;
  std::vector<double> milestones = {0.5, 0.75};  ///< fractions of the total
  double factor = 0.1;                           ///< at each milestone

  double at(std::int64_t step) const;
};

/// Linear from 0 during warm-up, then half a cosine down to `last`.
struct CosineSchedule {
  double learning_rate;
  std::int64_t total;
  std::int64_t warmup = 0;
  double last = 0;

  double at(std::int64_t step) const;
};

}  // namespace odin::nn
