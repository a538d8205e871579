#pragma once

#include <optional>

#include "odin/detector.h"
#include "odin/nn/io/model_file.h"

namespace odin {

/// What a detector over this model is to use: the model's own temperature, epsilon and threshold
/// where it was tuned, else the method's defaults, and in place of any of them what is given here.
/// The model's threshold was chosen for its own T and epsilon and for ODIN's step, and says nothing
/// about others: with others there is none, unless one is given.
DetectorOptions options_for(const nn::ModelInfo& info, std::optional<double> temperature = {},
                            std::optional<double> epsilon = {},
                            std::optional<double> threshold = {},
                            Direction direction = Direction::odin);

}  // namespace odin
