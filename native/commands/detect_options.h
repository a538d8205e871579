#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "odin/native/commands/compare.h"

namespace odin::native {

/// The options of `odin detect`.
struct DetectOptions {
  std::string model;
  std::optional<double> temperature, epsilon, threshold;
  MethodList methods;  ///< empty: ODIN and the baseline, as without --method
  StepOptions step_options;
  Step step = Step::none;
  bool json = false;
  std::vector<std::string> paths;
  std::string from;                    ///< a list of names; empty: none
  std::int64_t shard = 0, shards = 1;  ///< the part of a job array, from 0
  std::string output;                  ///< a file for JSON lines; empty: stdout
  bool resume = false;

  bool has_methods() const { return methods.all || !methods.methods.empty(); }
};

}  // namespace odin::native
