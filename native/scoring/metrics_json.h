#pragma once

#include <nlohmann/json_fwd.hpp>

#include "odin/bootstrap.h"
#include "odin/metrics.h"

namespace odin::native {

// Metrics as JSON objects. All JSON files of the program use these names.

nlohmann::ordered_json metrics_json(const Metrics& metrics);
/// The intervals as pairs of numbers.
nlohmann::ordered_json intervals_json(const MetricsIntervals& intervals);

nlohmann::ordered_json confusion_json(const Confusion& confusion);

}  // namespace odin::native
