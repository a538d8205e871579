#pragma once

#include <nlohmann/json_fwd.hpp>

#include "odin/metrics.h"

namespace odin::native {

// Metrics as JSON objects. All JSON files of the program use these names.

nlohmann::ordered_json metrics_json(const Metrics& metrics);
nlohmann::ordered_json confusion_json(const Confusion& confusion);

}  // namespace odin::native
