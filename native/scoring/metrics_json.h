#pragma once

#include <nlohmann/json_fwd.hpp>

#include "odin/metrics.h"

namespace odin::native {

// The names under which figures stand in every JSON the program writes.

nlohmann::ordered_json metrics_json(const Metrics& metrics);
nlohmann::ordered_json confusion_json(const Confusion& confusion);

}  // namespace odin::native
