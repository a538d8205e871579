#pragma once

#include <string>

#include "odin/native/scoring/method_list.h"
#include "odin/native/scoring/tuning.h"

namespace odin::native {

/// `odin tune` for methods other than odin: measures every point of their grids of parameters on the
/// sets, prints the best of each, and writes all to the file `json` if that is named. Returns the
/// program's exit status.
int tune_parameters(const MethodList& methods, const TuningOptions& options,
                    const std::string& json, bool quiet);

}  // namespace odin::native
