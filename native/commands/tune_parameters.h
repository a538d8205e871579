#pragma once

#include <string>
#include <vector>

#include "odin/native/scoring/method_list.h"
#include "odin/native/scoring/tuning.h"

namespace odin::native {

/// What `odin tune` does for methods other than odin.
struct ParameterTuning {
  MethodList methods;
  Step step = Step::none;
  /// Of the step, all combinations; empty: the model's own, or 1000 and 0.0014. A step by the score
  /// itself has no temperature.
  std::vector<double> temperatures, epsilons;
  std::string json;  ///< the file for all points; empty: none
};

/// Measures every point of the methods' grids of parameters, at each setting of the step, on the sets
/// of `options`, prints the best of each and writes all into the file. Returns the program's exit
/// status.
int tune_parameters(const ParameterTuning& tuning, const TuningOptions& options, bool quiet);

}  // namespace odin::native
