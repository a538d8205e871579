#pragma once

#include <optional>

#include "odin/detector.h"
#include "odin/nn/io/model_file.h"

namespace odin {

/// The options of a detector for this model. Arguments take precedence over the model's tuned
/// temperature, epsilon and threshold, which take precedence over the method's defaults. The
/// model's threshold is valid only for its own T and epsilon and for Direction::odin; with other
/// values there is no threshold unless one is given. Thread-safe.
DetectorOptions options_for(const nn::ModelInfo& info, std::optional<double> temperature = {},
                            std::optional<double> epsilon = {},
                            std::optional<double> threshold = {},
                            Direction direction = Direction::odin);

}  // namespace odin
